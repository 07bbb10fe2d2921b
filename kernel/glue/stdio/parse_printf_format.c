/* parse_printf_format(): the types of the arguments that a format takes. */
#include <ctype.h>
#include <string.h>
#include "../glue.h"

enum { INT, CHAR, WCHAR, STRING, WSTRING, POINTER, FLOAT, DOUBLE };
enum { LONG_LONG = 1 << 8, LONG = 1 << 9, SHORT = 1 << 10, PTR = 1 << 11 };

struct list {
	size_t n;	/* arguments so far, or the highest position */
	size_t room;
	int *types;
};

static void put(struct list *l, size_t position, int type)
{
	size_t i = position ? position - 1 : l->n;

	if (i < l->room)
		l->types[i] = type;
	if (i >= l->n)
		l->n = i + 1;
}

/* Digits and '$': a position; else nothing is consumed. */
static size_t position(const char **f)
{
	size_t n = 0;
	const char *p = *f;

	while (isdigit((unsigned char)*p) && n < 100000)
		n = n * 10 + (*p++ - '0');
	if (p == *f || *p != '$')
		return 0;
	*f = p + 1;
	return n;
}

static void star(const char **f, struct list *l)
{
	if (**f == '*') {
		++*f;
		put(l, position(f), INT);
	} else {
		while (isdigit((unsigned char)**f))
			++*f;
	}
}

/* registered/parse.c, in images that can register conversions. */
hidden weak size_t uk_printf_types_of(const char *f, size_t room, int *types)
{
	return -1;
}

size_t parse_printf_format(const char *f, size_t room, int *types)
{
	struct list l = { 0, room, types };
	size_t n = uk_printf_types_of(f, room, types);

	if (n != (size_t)-1)
		return n;

	while ((f = strchr(f, '%'))) {
		size_t at;
		int size = 0, type;

		f++;
		at = position(&f);
		f += strspn(f, " +-#0'I");
		star(&f, &l);
		if (*f == '.') {
			f++;
			star(&f, &l);
		}
		for (; *f && strchr("hlLqjztZ", *f); f++)
			size |= *f == 'h' ? (size & SHORT ? CHAR : SHORT) : *f == 'l' && !(size & LONG) || strchr("jztZ", *f) ? LONG : LONG_LONG;
		switch (*f) {
		case 'd': case 'i': case 'o': case 'u': case 'x': case 'X': case 'b': case 'B':
			/* glibc reports long long as long where they are one */
			type = size & CHAR ? CHAR : INT | (size & (LONG_LONG | LONG) ? LONG : size & SHORT);
			break;
		case 'a': case 'A': case 'e': case 'E': case 'f': case 'F': case 'g': case 'G':
			type = DOUBLE | (size & LONG_LONG);
			break;
		case 'c': type = CHAR; break;	/* glibc: with l too */
		case 'C': type = WCHAR; break;
		case 's': type = STRING; break;
		case 'S': type = WSTRING; break;
		case 'p': type = POINTER; break;
		case 'n': type = INT | PTR | (size & (LONG_LONG | LONG) ? LONG : size & SHORT); break;
		case 0: return l.n;
		default: f++; continue;	/* %%, %m: none */
		}
		put(&l, at, type);
		f++;
	}
	return l.n;
}
