/* Streams: what only glibc has. */
#include <stdio.h>

int fcloseall(void)
{
	return fflush(0);	/* exit() closes the rest */
}

/* The next character, without taking it. */
int __uk_peekc(FILE *f)
{
	int c = getc(f);

	return c == EOF ? c : ungetc(c, f);
}
