/* Lines of databases in /etc, for the files beside this one. */
#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include "lock.h"
#include "files.h"

hidden char *uk_files_field(char **line)
{
	char *s = *line, *p = s;

	while (*p && !isspace((unsigned char)*p))
		p++;
	if (*p)
		*p++ = 0;
	while (isspace((unsigned char)*p))
		p++;
	*line = p;
	return s;
}

static int ends(char c, int end)
{
	return end ? c == end : isspace((unsigned char)c);
}

hidden int uk_files_number(char **line, int end, uint32_t *value)
{
	char *p;
	unsigned long v = strtoul(*line, &p, end ? 0 : 10);

	if (p == *line || v > UINT32_MAX || *p && !ends(*p, end))
		return 0;
	while (*p && ends(*p, end))
		p++;
	*value = v;
	*line = p;
	return 1;
}

hidden int uk_files_named(const void *entry, const struct uk_key *key)
{
	const struct uk_named *e = entry;
	char **a = e->aliases;

	if (!strcmp(e->name, key->name))
		return 1;
	while (*a && strcmp(*a, key->name))
		a++;
	return *a != NULL;
}

/* The next line that is neither empty nor a comment, without blanks before it. */
static int read_line(FILE *f, char *buf, size_t n, long *before)
{
	char *p;

	if (n < 3)
		return ERANGE;
	do {
		*before = ftell(f);
		buf[n - 1] = -1;
		if (!fgets(buf, n, f))
			return ENOENT;
		if (buf[n - 1] != (char)-1)
			return ERANGE;
		p = buf + strspn(buf, " \t\n\v\f\r");
	} while (!*p || *p == '#');
	memmove(buf, p, strlen(p) + 1);
	return 0;
}

/* The names at LINE, as a list behind the line's end at PAST. */
static int list(char *line, char *past, char *end, char ***aliases)
{
	char **p = (char **)(((uintptr_t)past + sizeof(*p) - 1) & -sizeof(*p));

	*aliases = p;
	for (;;) {
		if ((char *)(p + 2) > end)
			return ERANGE;
		if (!*line)
			break;
		*p = uk_files_field(&line);
		p += **p != 0;
	}
	*p = NULL;
	return 0;
}

/* The next entry of F. A line that did not fit is read again the next time. */
static int entry(struct uk_database *db, FILE *f, void *to, char *buf, size_t n)
{
	size_t skip = (-(uintptr_t)buf & (sizeof(char *) - 1)) + db->extra;
	char *line = buf + skip, *past;
	long before;
	int r;

	if (n <= skip)
		return ERANGE;
	for (;;) {
		char *s = line;

		before = -1;
		if (!(r = read_line(f, line, n - skip, &before))) {
			past = line + strlen(line) + 1;
			line[strcspn(line, "#\n")] = 0;
			if (!db->parse(&s, to, line - db->extra))
				continue;
			r = list(s, past, buf + n, &((struct uk_named *)to)->aliases);
		}
		if (r == ERANGE && before >= 0)
			fseek(f, before, SEEK_SET);
		return r;
	}
}

static int answer(int r, void *to, void *result)
{
	*(void **)result = r ? NULL : to;
	return r;
}

hidden int uk_files_find(struct uk_database *db, uk_match *match, const struct uk_key *key, void *to, char *buf, size_t n, void *result, int *h_err)
{
	FILE *f = fopen(db->path, "rce");
	int r = errno;

	if (f) {
		while (!(r = entry(db, f, to, buf, n)) && !match(to, key))
			;
		fclose(f);
		if (r && h_err)
			*h_err = r == ENOENT ? HOST_NOT_FOUND : -1; /* NETDB_INTERNAL */
		r = answer(r, to, result) == ENOENT ? 0 : r;
	} else {
		answer(ENOENT, to, result);
		if (h_err)
			*h_err = HOST_NOT_FOUND;
	}
	return errno = r;
}

hidden int uk_files_next(struct uk_database *db, void *to, char *buf, size_t n, void *result)
{
	int r = ENOENT;

	LOCK(db->lock);
	if (db->file || (db->file = fopen(db->path, "rce")))
		r = entry(db, db->file, to, buf, n);
	UNLOCK(db->lock);
	if (r == ERANGE)
		errno = r;
	return answer(r, to, result);
}

hidden void *uk_files_keep(struct uk_database *db, uk_match *match, const struct uk_key *key, void *to, struct uk_kept *k)
{
	void *result = NULL;
	int r = ERANGE;

	LOCK(k->lock);
	for (size_t n = k->size ? k->size : 1024; r == ERANGE; n *= 2) {
		if (n != k->size) {
			char *b = realloc(k->buffer, n);

			if (!b)
				break;
			k->buffer = b;
			k->size = n;
		}
		r = match ? uk_files_find(db, match, key, to, k->buffer, n, &result, &h_errno) : uk_files_next(db, to, k->buffer, n, &result);
	}
	UNLOCK(k->lock);
	return result;
}

hidden void uk_files_rewind(struct uk_database *db)
{
	LOCK(db->lock);
	if (db->file)
		rewind(db->file);
	UNLOCK(db->lock);
}

hidden void uk_files_close(struct uk_database *db)
{
	LOCK(db->lock);
	if (db->file)
		fclose(db->file);
	db->file = NULL;
	UNLOCK(db->lock);
}
