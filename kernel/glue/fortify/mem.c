/* Memory functions with the size of their destination, known to the compiler. */
#include <string.h>
#include <strings.h>
#include <wchar.h>
#include "../glue.h"

#define CHECK(need, size) do { if ((size) < (need)) __chk_fail(); } while (0)

void *__memcpy_chk(void *d, const void *s, size_t n, size_t size) { CHECK(n, size); return memcpy(d, s, n); }
void *__mempcpy_chk(void *d, const void *s, size_t n, size_t size) { CHECK(n, size); return (char *)memcpy(d, s, n) + n; }
void *__memmove_chk(void *d, const void *s, size_t n, size_t size) { CHECK(n, size); return memmove(d, s, n); }
void *__memset_chk(void *d, int c, size_t n, size_t size) { CHECK(n, size); return memset(d, c, n); }
void __explicit_bzero_chk(void *d, size_t n, size_t size) { CHECK(n, size); explicit_bzero(d, n); }
wchar_t *__wmemcpy_chk(wchar_t *d, const wchar_t *s, size_t n, size_t size) { CHECK(n, size); return wmemcpy(d, s, n); }
wchar_t *__wmempcpy_chk(wchar_t *d, const wchar_t *s, size_t n, size_t size) { CHECK(n, size); return wmemcpy(d, s, n) + n; }
wchar_t *__wmemmove_chk(wchar_t *d, const wchar_t *s, size_t n, size_t size) { CHECK(n, size); return wmemmove(d, s, n); }
wchar_t *__wmemset_chk(wchar_t *d, wchar_t c, size_t n, size_t size) { CHECK(n, size); return wmemset(d, c, n); }
