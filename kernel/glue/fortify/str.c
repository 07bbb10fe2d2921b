/* String functions with the size of their destination in characters. */
#include <string.h>
#include <wchar.h>
#include "../glue.h"

#define CHECK(need, size) do { if ((size) < (need)) __chk_fail(); } while (0)

/* The functions for char and for wchar_t differ in names only. */
#define FAMILY(T, CPY, CAT, NCPY, NCAT, PCPY, PNCPY, cpy, len, nlen, ncpy, pncpy) \
T *__##CPY##_chk(T *d, const T *s, size_t size) { CHECK(len(s) + 1, size); return cpy(d, s); } \
T *__##PCPY##_chk(T *d, const T *s, size_t size) \
{ \
	size_t n = len(s); \
	CHECK(n + 1, size); \
	return (T *)cpy(d, s) + n; \
} \
T *__##NCPY##_chk(T *d, const T *s, size_t n, size_t size) { CHECK(n, size); return ncpy(d, s, n); } \
T *__##PNCPY##_chk(T *d, const T *s, size_t n, size_t size) { CHECK(n, size); return pncpy(d, s, n); } \
T *__##CAT##_chk(T *d, const T *s, size_t size) \
{ \
	size_t at = nlen(d, size), n = len(s); \
	if (n >= size - at) __chk_fail(); \
	cpy(d + at, s); \
	return d; \
} \
T *__##NCAT##_chk(T *d, const T *s, size_t max, size_t size) \
{ \
	size_t at = nlen(d, size), n = nlen(s, max); \
	if (n >= size - at) __chk_fail(); \
	memcpy(d + at, s, n * sizeof(T)); \
	d[at + n] = 0; \
	return d; \
}

FAMILY(char, strcpy, strcat, strncpy, strncat, stpcpy, stpncpy, strcpy, strlen, strnlen, strncpy, stpncpy)
FAMILY(wchar_t, wcscpy, wcscat, wcsncpy, wcsncat, wcpcpy, wcpncpy, wcscpy, wcslen, wcsnlen, wcsncpy, wcpncpy)

size_t __strlcpy_chk(char *d, const char *s, size_t n, size_t size) { CHECK(n, size); return strlcpy(d, s, n); }
size_t __strlcat_chk(char *d, const char *s, size_t n, size_t size) { CHECK(n, size); return strlcat(d, s, n); }
