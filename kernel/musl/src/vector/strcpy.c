/* Copies of strings: what the vectors of strlen() and memchr() measure, those of memcpy() and memset() write. */
#include <string.h>

const char uk_fast_strcpy[1];

char *strcpy(char *restrict to, const char *restrict from)
{
	return memcpy(to, from, strlen(from) + 1);
}

char *stpcpy(char *restrict to, const char *restrict from)
{
	size_t n = strlen(from);

	return (char *)memcpy(to, from, n + 1) + n;
}

char *strcat(char *restrict to, const char *restrict from)
{
	strcpy(to + strlen(to), from);
	return to;
}

char *stpncpy(char *restrict to, const char *restrict from, size_t n)
{
	size_t len = strnlen(from, n);

	return memset((char *)memcpy(to, from, len) + len, 0, n - len);
}

char *strncpy(char *restrict to, const char *restrict from, size_t n)
{
	stpncpy(to, from, n);
	return to;
}

char *strncat(char *restrict to, const char *restrict from, size_t n)
{
	char *end = to + strlen(to);
	size_t len = strnlen(from, n);

	memcpy(end, from, len);
	end[len] = 0;
	return to;
}
