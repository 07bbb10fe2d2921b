/* Lines of fstab and its like: fields of any number, blanks in them as octal escapes. */
#include <mntent.h>
#include <stdio.h>
#include <string.h>

static const struct {
	char c, escape[5];
} escapes[] = { { ' ', "\\040" }, { '\t', "\\011" }, { '\n', "\\012" }, { '\\', "\\134" } };

static char *decode(char *s)
{
	char *to = s;

	for (char *p = s; *p; p++, to++) {
		*to = *p;
		if (*p != '\\')
			continue;
		if (p[1] == '\\')
			p++;
		for (int i = 0; i < 4; i++)
			if (!strncmp(p, escapes[i].escape, 4)) {
				*to = escapes[i].c;
				p += 3;
				break;
			}
	}
	*to = 0;
	return s;
}

static char *field(char **line)
{
	static char none[1];
	char *s = strsep(line, " \t");

	if (*line)
		*line += strspn(*line, " \t");
	return s ? decode(s) : none;
}

/* The next line that is neither empty nor a comment, without blanks at its ends. */
static char *next_line(FILE *f, char *buf, int size)
{
	char *s, *end;

	do {
		if (!fgets(buf, size, f))
			return NULL;
		end = strchr(buf, '\n');
		if (!end) {
			for (int c; (c = getc(f)) != EOF && c != '\n';)
				;
			end = buf + strlen(buf);
		}
		while (end > buf && (end[-1] == ' ' || end[-1] == '\t'))
			end--;
		*end = 0;
		s = buf + strspn(buf, " \t");
	} while (!*s || *s == '#');
	return s;
}

struct mntent *getmntent_r(FILE *restrict f, struct mntent *restrict m, char *restrict buf, int size)
{
	char *line = next_line(f, buf, size);

	if (!line)
		return NULL;
	m->mnt_fsname = field(&line);
	m->mnt_dir = field(&line);
	m->mnt_type = field(&line);
	m->mnt_opts = field(&line);
	m->mnt_freq = m->mnt_passno = 0;
	if (line)
		sscanf(line, " %d %d ", &m->mnt_freq, &m->mnt_passno);
	return m;
}

struct mntent *getmntent(FILE *f)
{
	static struct mntent m;
	static char buf[4096];

	return getmntent_r(f, &m, buf, sizeof buf);
}

static int put(FILE *f, const char *s)
{
	for (; *s; s++) {
		const char *out = NULL;

		for (int i = 0; i < 4; i++)
			if (*s == escapes[i].c)
				out = escapes[i].escape;
		if (out ? fputs(out, f) < 0 : putc(*s, f) < 0)
			return -1;
	}
	return putc(' ', f);
}

int addmntent(FILE *restrict f, const struct mntent *restrict m)
{
	if (fseek(f, 0, SEEK_END))
		return 1;
	if (put(f, m->mnt_fsname) < 0 || put(f, m->mnt_dir) < 0 || put(f, m->mnt_type) < 0 || put(f, m->mnt_opts) < 0)
		return 1;
	return fprintf(f, "%d %d\n", m->mnt_freq, m->mnt_passno) < 0 || fflush(f) ? 1 : 0;
}
