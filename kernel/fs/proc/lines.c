#include "lines.h"
#include "kernel.h"
#include "vfs.h"

void put_lines(struct text *t, const char *names, const char *format, const u64 numbers[26])
{
	while (*names) {
		u64 n = numbers[*names++ - 'a'];
		int len = 0;
		while (names[len] != ':' && names[len] != ' ')
			len++;
		text_printf(t, format, ++len, names, n);
		names += len;
	}
}
