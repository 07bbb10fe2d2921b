/* Stream reads with the size of their buffer. */
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include "../glue.h"

char *__fgets_chk(char *b, size_t size, int n, FILE *f)
{
	if (n > 0 && size < (size_t)n)
		__chk_fail();
	return fgets(b, n, f);
}
weak_alias(__fgets_chk, __fgets_unlocked_chk);

/* Only a line that does not fit is an overflow. */
wchar_t *__fgetws_chk(wchar_t *b, size_t size, int n, FILE *f)
{
	wchar_t *r;

	if (n <= 0 || (size_t)n <= size)
		return fgetws(b, n, f);
	r = fgetws(b, size, f);
	if (r && wcslen(b) == size - 1 && b[size - 2] != '\n')
		__chk_fail();
	return r;
}
weak_alias(__fgetws_chk, __fgetws_unlocked_chk);

size_t __fread_chk(void *b, size_t size, size_t item, size_t n, FILE *f)
{
	size_t bytes;

	if (__builtin_mul_overflow(item, n, &bytes) || bytes > size)
		__chk_fail();
	return fread(b, item, n, f);
}
weak_alias(__fread_chk, __fread_unlocked_chk);

char *__gets_chk(char *b, size_t size)
{
	size_t i = 0;
	int c;

	while ((c = getchar()) != EOF && c != '\n') {
		if (i + 1 >= size)
			__chk_fail();
		b[i++] = c;
	}
	if (c == EOF && (!i || ferror(stdin)))
		return 0;
	b[i] = 0;
	return b;
}
