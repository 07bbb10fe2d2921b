/* Bounded copies that tell the length they wanted (glibc 2.38), and their checked forms. */
#include <wchar.h>
#include "../glue.h"

size_t wcslcpy(wchar_t *d, const wchar_t *s, size_t n)
{
	size_t len = wcslen(s);

	if (n) {
		size_t copy = len < n ? len : n - 1;

		wmemcpy(d, s, copy);
		d[copy] = 0;
	}
	return len;
}

size_t wcslcat(wchar_t *d, const wchar_t *s, size_t n)
{
	size_t at = wcsnlen(d, n);

	return at == n ? n + wcslen(s) : at + wcslcpy(d + at, s, n - at);
}

size_t __wcslcpy_chk(wchar_t *d, const wchar_t *s, size_t n, size_t size) { if (size < n) __chk_fail(); return wcslcpy(d, s, n); }
size_t __wcslcat_chk(wchar_t *d, const wchar_t *s, size_t n, size_t size) { if (size < n) __chk_fail(); return wcslcat(d, s, n); }
