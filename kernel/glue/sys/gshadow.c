/* <gshadow.h>: passwords, administrators and members of groups, in /etc/gshadow. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sgrp {
	char *sg_namp, *sg_passwd, **sg_adm, **sg_mem;
};

int sgetsgent_r(const char *, struct sgrp *, char *, size_t, struct sgrp **);
int fgetsgent_r(FILE *, struct sgrp *, char *, size_t, struct sgrp **);
int getsgent_r(struct sgrp *, char *, size_t, struct sgrp **);
int getsgnam_r(const char *, struct sgrp *, char *, size_t, struct sgrp **);

/* The field that starts at *s, ended by a NUL; *s goes behind it. */
static char *field(char **s)
{
	char *start = *s;

	*s += strcspn(*s, ":");
	if (**s)
		*(*s)++ = 0;
	return start;
}

/* The words of a list between commas, without blanks before them and without empty ones; their addresses go to
 * the aligned place AT, or NULL if they have no room before END. */
static char **words(char *list, char **at, char *end, char ***behind)
{
	char **start = at;

	for (;;) {
		if ((char *)(at + 2) > end)	/* a word and the end, even if there is none */
			return NULL;
		if (!*list)
			break;
		while (isspace((unsigned char)*list))
			list++;
		char *word = list;
		list += strcspn(list, ",");
		if (list > word)
			*at++ = word;
		if (*list)
			*list++ = 0;
	}
	*at++ = NULL;
	*behind = at;
	return start;
}

/* Takes apart the line S, which lies in the N bytes at BUF. 1: good, -1: no room for the lists. */
static int parse(char *s, char *buf, size_t n, struct sgrp *g)
{
	char *end = buf + n;

	s[strcspn(s, "\n")] = 0;
	char **lists = (void *)(((unsigned long)s + strlen(s) + 1 + 7) & ~7UL);
	g->sg_namp = field(&s);
	if (!*s && (*g->sg_namp == '+' || *g->sg_namp == '-')) {	/* of NIS, a name alone */
		g->sg_passwd = NULL;
		g->sg_adm = NULL;
	} else {
		g->sg_passwd = field(&s);
		if (!(g->sg_adm = words(field(&s), lists, end, &lists)))
			return -1;
	}
	if (!(g->sg_mem = words(s, lists, end, &lists)))
		return -1;
	return 1;
}

int sgetsgent_r(const char *line, struct sgrp *g, char *buf, size_t n, struct sgrp **result)
{
	char *s = (char *)line;
	int good;

	if (line < buf || line >= buf + n) {	/* a line in the buffer stays where it is */
		if (!memccpy(buf, line, 0, n))
			return ERANGE;
		s = buf;
	}
	good = parse(s, buf, n, g) > 0;
	*result = good ? g : NULL;
	return good ? 0 : (errno = ERANGE);
}

/* The next line that is neither empty nor a comment, without blanks before it; NULL with the error in *err. Of one
 * that is longer than there is room nothing is taken. */
static char *line(FILE *f, char *buf, size_t n, int *err)
{
	off_t at;
	char *s;

	do {
		if (n < 3) {
			*err = ERANGE;
			return NULL;
		}
		at = ftello(f);
		buf[n - 1] = 1;
		if (!fgets(buf, n, f)) {
			*err = ENOENT;
			return NULL;
		}
		if (buf[n - 1] != 1) {
			fseeko(f, at, SEEK_SET);
			*err = ERANGE;
			return NULL;
		}
		for (s = buf; isspace((unsigned char)*s); s++)
			;
	} while (!*s || *s == '#');
	return s;
}

int fgetsgent_r(FILE *f, struct sgrp *g, char *buf, size_t n, struct sgrp **result)
{
	int err = 0, good = 0;
	char *s;

	*result = NULL;
	flockfile(f);
	do {
		off_t at = ftello(f);
		if (!(s = line(f, buf, n, &err)))
			break;
		if ((good = parse(s, buf, n, g)) < 0) {
			fseeko(f, at, SEEK_SET);
			err = ERANGE;
		}
	} while (!good);
	funlockfile(f);
	if (err)
		errno = err;
	else
		*result = g;
	return err;
}

static FILE *file;

void setsgent(void)
{
	if (file)
		rewind(file);
	else
		file = fopen("/etc/gshadow", "re");
}

void endsgent(void)
{
	if (file)
		fclose(file);
	file = NULL;
}

int getsgent_r(struct sgrp *g, char *buf, size_t n, struct sgrp **result)
{
	*result = NULL;
	if (!file)
		setsgent();
	return file ? fgetsgent_r(file, g, buf, n, result) : ENOENT;
}

int getsgnam_r(const char *name, struct sgrp *g, char *buf, size_t n, struct sgrp **result)
{
	FILE *f = fopen("/etc/gshadow", "re");
	int r = 0;

	*result = NULL;
	if (!f)
		return 0;
	while (!(r = fgetsgent_r(f, g, buf, n, result)) && strcmp(g->sg_namp, name))
		;
	fclose(f);
	if (r)
		*result = NULL;
	return r == ENOENT ? 0 : r;
}

/* Results for those that bring no memory: one buffer for each function, which grows. */
struct own {
	struct sgrp group;
	char *buf;
	size_t size;
};

static int grow(struct own *o)
{
	size_t n = o->size ? 2 * o->size : 1024;
	char *p = realloc(o->buf, n);

	if (!p)
		return 0;
	o->buf = p;
	o->size = n;
	return 1;
}

struct sgrp *sgetsgent(const char *line)
{
	static struct own own;
	struct sgrp *g;

	while ((!own.size && grow(&own)) || (sgetsgent_r(line, &own.group, own.buf, own.size, &g) == ERANGE && grow(&own)))
		;
	return own.size ? g : NULL;
}

struct sgrp *fgetsgent(FILE *f)
{
	static struct own own;
	struct sgrp *g = NULL;

	while ((!own.size && grow(&own)) || (own.size && fgetsgent_r(f, &own.group, own.buf, own.size, &g) == ERANGE && grow(&own)))
		;
	return g;
}

struct sgrp *getsgent(void)
{
	if (!file)
		setsgent();
	return file ? fgetsgent(file) : NULL;
}

struct sgrp *getsgnam(const char *name)
{
	static struct own own;
	struct sgrp *g = NULL;

	while ((!own.size && grow(&own)) || (own.size && getsgnam_r(name, &own.group, own.buf, own.size, &g) == ERANGE && grow(&own)))
		;
	return g;
}

static int put_list(FILE *f, char **list, int end)
{
	for (int i = 0; list && list[i]; i++)
		if (fprintf(f, "%s%s", i ? "," : "", list[i]) < 0)
			return 0;
	return putc_unlocked(end, f) != EOF;
}

/* No field may hold what ends one, and no word what ends a word. */
static int plain(const char *s, const char *bad)
{
	return !s || !s[strcspn(s, bad)];
}

int putsgent(const struct sgrp *g, FILE *f)
{
	int good = g->sg_namp && plain(g->sg_namp, ":\n") && plain(g->sg_passwd, ":\n");

	for (char **s = g->sg_adm; good && s && *s; s++)
		good = plain(*s, ":,\n");
	for (char **s = g->sg_mem; good && s && *s; s++)
		good = plain(*s, ":,\n");
	if (!good) {
		errno = EINVAL;
		return -1;
	}
	flockfile(f);
	good = fprintf(f, "%s:%s:", g->sg_namp, g->sg_passwd ? g->sg_passwd : "") >= 0 && put_list(f, g->sg_adm, ':') && put_list(f, g->sg_mem, '\n');
	funlockfile(f);
	return good ? 0 : -1;
}
