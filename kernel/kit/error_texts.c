/* Prints kernel/glue/errno/error_texts.h: the texts of errno_table.h in fewer bytes. Bytes from 0x80 on stand for parts that
 * come often, in the texts and in later parts. Whatever is changed in the table:
 *
 *	cc -O -D_GNU_SOURCE -o error_texts kernel/kit/error_texts.c && ./error_texts > kernel/glue/errno/error_texts.h
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *const table[] = {
#define E(n, s) [n] = s,
#include "../glue/errno/errno_table.h"
};
#define COUNT (sizeof table / sizeof *table)

enum { FIRST = 0x80, LAST = 0xff, LONGEST = 20 };

static unsigned char texts[8192];
static size_t length;

/* How often the N bytes at AT stand in the texts from there on, none over another. */
static int times(size_t at, size_t n)
{
	int found = 0;

	for (size_t i = at; i + n <= length;)
		if (texts[i] == texts[at] && !memcmp(texts + i, texts + at, n)) {
			found++;
			i += n;
		} else {
			i++;
		}
	return found;
}

/* The part that saves most, and how much. */
static int best(size_t *at, size_t *n)
{
	int most = 0;

	for (size_t i = 0; i < length; i++)
		for (size_t len = 2; len <= LONGEST && texts[i] && texts[i + len - 1]; len++) {
			int found = times(i, len), saved = found * (int)(len - 1) - (int)(len + 1);
			if (saved > most) {
				most = saved;
				*at = i;
				*n = len;
			}
			if (found < 2)
				break;
		}
	return most;
}

static void replace(const unsigned char *part, size_t n, unsigned char code)
{
	size_t to = 0;

	for (size_t i = 0; i < length;)
		if (i + n <= length && !memcmp(texts + i, part, n)) {
			texts[to++] = code;
			i += n;
		} else {
			texts[to++] = texts[i++];
		}
	length = to;
}

/* As a C string: what is no plain character in octal. */
static void print(const unsigned char *s, size_t n)
{
	printf("\t\"");
	for (; n; n--, s++)
		printf(*s >= FIRST || !*s ? "\\%03o" : "%c", *s);
	printf("\"");
}

int main(void)
{
	static unsigned char parts[LAST - FIRST + 1][LONGEST];
	size_t at, n, lengths[LAST - FIRST + 1], count = 0;

	for (size_t i = 0; i < COUNT; i++) {
		n = strlen(table[i] ? table[i] : "") + 1;
		memcpy(texts + length, table[i] ? table[i] : "", n);
		length += n;
	}
	printf("/* Made by kernel/kit/error_texts.c. */\n#define LENGTH %zu\n\nstatic const unsigned char parts[] =\n", length);
	while (count < LAST - FIRST + 1 && best(&at, &n)) {
		memcpy(parts[count], texts + at, lengths[count] = n);
		replace(parts[count], n, FIRST + count);
		print(parts[count], n);
		printf(" \"\\0\"\n");
		count++;
	}
	printf("\t;\n\n/* By number, each with its end. */\nstatic const unsigned char packed[] =\n");
	for (at = 0; at < length; at += n + 1, printf(at < length ? " \"\\0\"\n" : ";\n")) {
		n = strlen((char *)texts + at);
		print(texts + at, n);
	}
	return 0;
}
