/* <envz.h>: argz vectors of NAME=VALUE, of which a NAME without = is one that is taken away. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

int argz_append(char **argz, size_t *len, const char *buf, size_t n);
void argz_delete(char **argz, size_t *len, char *entry);

char *envz_entry(const char *envz, size_t len, const char *name)
{
	size_t n = strcspn(name, "=");

	while (len) {
		size_t entry = strnlen(envz, len);
		if (entry >= n && !strncmp(envz, name, n) && (entry == n || envz[n] == '='))
			return (char *)envz;
		entry += entry < len;
		envz += entry;
		len -= entry;
	}
	return 0;
}

char *envz_get(const char *envz, size_t len, const char *name)
{
	char *entry = envz_entry(envz, len, name), *value = entry ? strchr(entry, '=') : 0;

	return value ? value + 1 : 0;
}

void envz_remove(char **envz, size_t *len, const char *name)
{
	char *entry = envz_entry(*envz, *len, name);

	if (entry)
		argz_delete(envz, len, entry);
}

int envz_add(char **envz, size_t *len, const char *name, const char *value)
{
	size_t n = strlen(name), old = *len, size = n + 1 + (value ? strlen(value) + 1 : 0);
	char *p;

	envz_remove(envz, len, name);
	old = *len;
	if (!(p = realloc(*envz, old + size)))
		return ENOMEM;
	memcpy(p + old, name, n);
	if (value) {
		p[old + n] = '=';
		strcpy(p + old + n + 1, value);
	} else {
		p[old + n] = 0;
	}
	*envz = p;
	*len = old + size;
	return 0;
}

int envz_merge(char **envz, size_t *len, const char *more, size_t n, int override)
{
	int err = 0;

	while (n && !err) {
		char *old = envz_entry(*envz, *len, more);
		size_t entry = strlen(more) + 1;
		if (!old) {
			err = argz_append(envz, len, more, entry);
		} else if (override) {
			argz_delete(envz, len, old);
			err = argz_append(envz, len, more, entry);
		}
		more += entry;
		n -= entry;
	}
	return err;
}

void envz_strip(char **envz, size_t *len)
{
	char *p = *envz;
	size_t left = *len;

	while (left) {
		size_t entry = strlen(p) + 1;
		left -= entry;
		if (!strchr(p, '='))
			memmove(p, p + entry, left);
		else
			p += entry;
	}
	*len = p - *envz;
}
