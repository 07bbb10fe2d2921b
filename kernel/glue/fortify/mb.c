/* Multibyte conversions with the size of their destination in characters. */
#include <limits.h>
#include <stdlib.h>
#include <wchar.h>
#include "../glue.h"

#define CHECK(need, size) do { if ((size) < (need)) __chk_fail(); } while (0)

size_t __mbstowcs_chk(wchar_t *d, const char *s, size_t n, size_t size) { CHECK(n, size); return mbstowcs(d, s, n); }
size_t __wcstombs_chk(char *d, const wchar_t *s, size_t n, size_t size) { CHECK(n, size); return wcstombs(d, s, n); }
size_t __mbsrtowcs_chk(wchar_t *d, const char **s, size_t n, mbstate_t *st, size_t size) { CHECK(n, size); return mbsrtowcs(d, s, n, st); }
size_t __wcsrtombs_chk(char *d, const wchar_t **s, size_t n, mbstate_t *st, size_t size) { CHECK(n, size); return wcsrtombs(d, s, n, st); }
size_t __mbsnrtowcs_chk(wchar_t *d, const char **s, size_t in, size_t n, mbstate_t *st, size_t size) { CHECK(n, size); return mbsnrtowcs(d, s, in, n, st); }
size_t __wcsnrtombs_chk(char *d, const wchar_t **s, size_t in, size_t n, mbstate_t *st, size_t size) { CHECK(n, size); return wcsnrtombs(d, s, in, n, st); }
size_t __wcrtomb_chk(char *s, wchar_t c, mbstate_t *st, size_t size) { CHECK(MB_CUR_MAX, size); return wcrtomb(s, c, st); }
int __wctomb_chk(char *s, wchar_t c, size_t size) { CHECK(MB_CUR_MAX, size); return wctomb(s, c); }
