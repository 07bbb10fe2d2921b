/* Small string functions that only glibc has. */
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* The first C in memory that is known to hold one. */
void *rawmemchr(const void *s, int c)
{
	const unsigned char *p = s;

	while (*p != (unsigned char)c)
		p++;
	return (void *)p;
}

wchar_t *wmempcpy(wchar_t *restrict d, const wchar_t *restrict s, size_t n)
{
	return wmemcpy(d, s, n) + n;
}

wchar_t *wcschrnul(const wchar_t *s, wchar_t c)
{
	while (*s && *s != c)
		s++;
	return (wchar_t *)s;
}

void *memfrob(void *s, size_t n)
{
	for (char *p = s; n--; p++)
		*p ^= 42;
	return s;
}

/* GNU: the part after the last slash, which may be empty; the argument stays as it is. */
char *basename(const char *path)
{
	char *p = strrchr(path, '/');

	return p ? p + 1 : (char *)path;
}
