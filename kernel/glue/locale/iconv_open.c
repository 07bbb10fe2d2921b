/* iconv_open() of glibc's programs: a character that the target has not got is an error, where musl writes '*'. */
#include <iconv.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

enum { STRICT = 62 };	/* the bit, of musl's descriptors (kernel/musl/edit/locale/iconv.sed) */

iconv_t __musl_iconv_open(const char *to, const char *from);

/*
 * //TRANSLIT asks for something like a character that the target has not got. UTF and the like have all, so
 * that it changes nothing. For other targets the suffix stays in the name, and there is no such set.
 */
static const char *untranslated(const char *to, char *b, size_t n)
{
	const char *end = strstr(to, "//");

	if (!end || strcasecmp(end, "//TRANSLIT") || end - to >= n || strncasecmp(to, "UTF-", 4) && strncasecmp(to, "WCHAR_T/", 8))
		return to;
	memcpy(b, to, end - to);
	b[end - to] = 0;
	return b;
}

iconv_t iconv_open(const char *to, const char *from)
{
	char name[16];
	iconv_t cd = __musl_iconv_open(untranslated(to, name, sizeof name), from);

	/* An even one is the address of one, and of the state behind it. */
	if ((size_t)cd & 1)
		return cd == (iconv_t)-1 ? cd : (iconv_t)((size_t)cd | 1UL << STRICT);
	if (cd)
		*(size_t *)cd |= 1UL << STRICT;
	return cd;
}
