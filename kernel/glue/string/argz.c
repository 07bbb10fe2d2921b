/* <argz.h>: vectors of strings, one after the other, each with its 0. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "../glue.h"

int argz_append(char **z, size_t *n, const char *more, size_t len)
{
	char *grown = realloc(*z, *n + len);

	if (!grown && *n + len)
		return ENOMEM;
	memcpy(grown + *n, more, len);
	*z = grown;
	*n += len;
	return 0;
}

int argz_add(char **z, size_t *n, const char *s) { return argz_append(z, n, s, strlen(s) + 1); }

int argz_add_sep(char **z, size_t *n, const char *s, int sep)
{
	size_t len = strlen(s) + 1, at = *n;
	char *out;

	if (len == 1)
		return 0;
	if (argz_append(z, n, s, len))
		return ENOMEM;
	/* Separators become ends; empty parts go, but for one at the end. */
	out = *z + at;
	for (; *s; s++) {
		if (*s != sep)
			*out++ = *s;
		else if (out > *z + at && out[-1])
			*out++ = 0;
	}
	*out++ = 0;
	*n = out - *z;
	return 0;
}

int argz_create(char *const argv[], char **z, size_t *n)
{
	*z = 0;
	*n = 0;
	for (; *argv; argv++)
		if (argz_add(z, n, *argv)) {
			free(*z);
			return ENOMEM;
		}
	return 0;
}

int argz_create_sep(const char *s, int sep, char **z, size_t *n)
{
	*z = 0;
	*n = 0;
	return argz_add_sep(z, n, s, sep);
}

size_t argz_count(const char *z, size_t n)
{
	size_t count = 0;

	for (const char *p = z; p < z + n; p += strlen(p) + 1)
		count++;
	return count;
}

char *argz_next(const char *z, size_t n, const char *entry)
{
	if (entry)
		entry += strlen(entry) + 1;
	else
		entry = z;
	return n && entry < z + n ? (char *)entry : 0;
}

void argz_extract(const char *z, size_t n, char **argv)
{
	for (const char *p = z; p < z + n; p += strlen(p) + 1)
		*argv++ = (char *)p;
	*argv = 0;
}

void argz_stringify(char *z, size_t n, int sep)
{
	for (size_t i = 0; i + 1 < n; i++)
		if (!z[i])
			z[i] = sep;
}

void argz_delete(char **z, size_t *n, char *entry)
{
	if (!entry)
		return;
	size_t len = strlen(entry) + 1;

	*n -= len;
	memmove(entry, entry + len, *z + *n - entry);
	if (!*n) {
		free(*z);
		*z = 0;
	}
}

int argz_insert(char **z, size_t *n, char *before, const char *entry)
{
	size_t len = strlen(entry) + 1, at;

	if (!before)
		return argz_add(z, n, entry);
	if (before < *z || before >= *z + *n)
		return EINVAL;
	while (before > *z && before[-1])
		before--;
	at = before - *z;
	char *grown = realloc(*z, *n + len);

	if (!grown)
		return ENOMEM;
	memmove(grown + at + len, grown + at, *n - at);
	memcpy(grown + at, entry, len);
	*z = grown;
	*n += len;
	return 0;
}

weak_alias(argz_count, __argz_count);
weak_alias(argz_next, __argz_next);
weak_alias(argz_stringify, __argz_stringify);

/* S with WITH for each OLD that is in it; NULL: no memory. */
static char *replaced(const char *s, const char *old, const char *with)
{
	size_t n = strlen(old), m = strlen(with), len = strlen(s) + 1;
	char *out, *to;

	for (const char *p = s; (p = strstr(p, old)); p += n)
		len += m - n;
	if (!(out = to = malloc(len)))
		return 0;
	for (const char *p; (p = strstr(s, old)); s = p + n) {
		to = (char *)memcpy(to, s, p - s) + (p - s);
		to = (char *)memcpy(to, with, m) + m;
	}
	strcpy(to, s);
	return out;
}

/* COUNT grows by one for each string in which there was something to replace. */
int argz_replace(char **z, size_t *n, const char *old, const char *with, unsigned *count)
{
	char *to = 0, *entry;
	size_t len = 0;
	int err = 0, changed = 0;

	if (!old || !*old)
		return 0;
	for (char *s = *z; !err && s < *z + *n; s += strlen(s) + 1) {
		if (!strstr(s, old)) {
			err = argz_add(&to, &len, s);
			continue;
		}
		changed = 1;
		entry = replaced(s, old, with);
		err = entry ? argz_add(&to, &len, entry) : ENOMEM;
		free(entry);
		if (count)
			++*count;
	}
	if (err || !changed) {
		free(to);
		return err;
	}
	free(*z);
	*z = to;
	*n = len;
	return 0;
}
