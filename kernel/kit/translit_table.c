/* Prints kernel/glue/locale/gconv/translit_table.h: what this machine's glibc writes for characters that a set lacks, in the C locale.
 *
 *	cc -o translit_table kernel/kit/translit_table.c && ./translit_table > kernel/glue/locale/gconv/translit_table.h
 */
#define _XOPEN_SOURCE 700
#include <gnu/libc-version.h>
#include <langinfo.h>
#include <stdint.h>
#include <stdio.h>

#define ITEM(i) ((const uint32_t *)nl_langinfo(_NL_CTYPE_TRANSLIT_##i))

static unsigned column;

static void put(unsigned byte)
{
	printf("%s\\x%02x", column++ % 24 ? "" : column > 1 ? "\"\n\"" : "\"", byte);
}

static void number(uint32_t v)
{
	int shift = 0;

	while (v >> shift > 0x7f)
		shift += 7;
	for (; shift >= 0; shift -= 7)
		put((v >> shift & 0x7f) | (shift ? 0 : 0x80));
}

int main(void)
{
	uint32_t entries = (uintptr_t)ITEM(TAB_SIZE), last = 0;

	printf("/* Replacements as glibc %s has them, by kernel/kit/translit_table.c. */\n", gnu_get_libc_version());
	for (uint32_t i = 0; i < entries; i++) {
		const uint32_t *from = ITEM(FROM_TBL) + ITEM(FROM_IDX)[i], *to = ITEM(TO_TBL) + ITEM(TO_IDX)[i], *end = to;

		while (*end)
			end++;
		if (from[1] || end[1] || end - to > 16 || *from <= last)	/* the table's form has no place for it */
			return 1;
		number(*from - last);
		last = *from;
		if (!*to)	/* nothing in its place */
			number(0);
		for (; *to; to++) {
			if (*to > 0x7f)
				return 1;
			put(*to | (to[1] ? 0 : 0x80));
		}
	}
	if ((uintptr_t)ITEM(DEFAULT_MISSING_LEN) != 1 || *ITEM(DEFAULT_MISSING) != '?' || ITEM(IGNORE_LEN))
		return 1;
	printf("\"\n");
	return 0;
}
