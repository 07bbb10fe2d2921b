/* The subject's characters, and what is around a place in it. */
#include <ctype.h>
#include <wctype.h>
#include "regex.h"

/*
 * The character at s, whose length goes to *len: in UTF-8 a code point, or a
 * single byte marked RAW_BYTE where no character begins; else a byte.
 */
unsigned uk_re_decode(const unsigned char *s, int left, int utf8, int *len)
{
	unsigned c = s[0], n, least;

	*len = 1;
	if (!utf8 || c < 0x80)
		return c;
	if (c >= 0xc2 && c < 0xe0)
		n = 2, c &= 0x1f, least = 0x80;
	else if (c >= 0xe0 && c < 0xf0)
		n = 3, c &= 0x0f, least = 0x800;
	else if (c >= 0xf0 && c < 0xf5)
		n = 4, c &= 0x07, least = 0x10000;
	else
		return RAW_BYTE | c;
	if (left < (int)n)
		return RAW_BYTE | s[0];
	for (unsigned i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return RAW_BYTE | s[0];
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return RAW_BYTE | s[0];
	*len = n;
	return c;
}

/* GNU compares uppercase with uppercase if case is to be ignored. */
unsigned uk_re_fold(unsigned c, int icase, int utf8, const unsigned char *translate)
{
	if (translate && c < 256 && (!utf8 || c < 0x80))
		c = translate[c];
	if (!icase || c & RAW_BYTE)
		return c;
	return utf8 ? towupper(c) : toupper(c);
}

unsigned uk_re_char(const struct subject *b, int at, int *len)
{
	return uk_re_fold(uk_re_decode(b->s + at, b->len - at, b->p->utf8, len), b->icase, b->p->utf8, b->translate);
}

static int in_set(const struct set *set, unsigned c, int utf8)
{
	if (c & RAW_BYTE)
		return 0;
	if (!utf8 || c < 0x80)
		return set->bytes[c / 32] >> c % 32 & 1;
	for (int i = 0; i < set->nranges; i++)
		if (c >= set->ranges[i].from && c <= set->ranges[i].to)
			return !set->inverted;
	for (int i = 0; i < set->nclasses; i++)
		if (iswctype(c, set->classes[i]))
			return !set->inverted;
	return set->inverted;
}

int uk_re_consumes(const struct subject *b, const struct node *n, unsigned c)
{
	switch (n->type) {
	case CHAR:
		return n->c == c;
	case ANY:
		return !(c & RAW_BYTE) && (c != '\n' || b->syntax & RE_DOT_NEWLINE) && (c || !(b->syntax & RE_DOT_NOT_NULL));
	case SET:
		return in_set(n->set, c, b->p->utf8);
	}
	return 0;
}

static unsigned before(const struct subject *b, int at)
{
	int len;

	if (b->p->utf8)
		for (int n = 2; n <= 4 && n <= at; n++)
			if (b->s[at - 1] >= 0x80) {
				unsigned c = uk_re_decode(b->s + at - n, n, 1, &len);

				if (len == n)
					return uk_re_fold(c, b->icase, 1, b->translate);
			}
	return uk_re_fold(uk_re_decode(b->s + at - 1, 1, b->p->utf8, &len), b->icase, b->p->utf8, b->translate);
}

/* GNU's takes a byte that begins no character for the code point of that number here. */
static int is_word(const struct subject *b, unsigned c)
{
	c &= ~RAW_BYTE;
	return c == '_' || (b->p->utf8 ? iswalnum(c) : isalnum(c));
}

int uk_re_around(const struct subject *b, int at, unsigned around)
{
	int word, newline, edge, len;
	unsigned c;

	if (around & (PREV_WORD | PREV_NOTWORD | PREV_NEWLINE | PREV_BEGIN)) {
		edge = at == 0;
		c = edge ? 0 : before(b, at);
		word = !edge && is_word(b, c);
		newline = edge ? !(b->eflags & REG_NOTBOL) : c == '\n' && b->re->newline_anchor;
		if ((around & PREV_WORD && !word) || (around & PREV_NOTWORD && word) ||
		    (around & PREV_NEWLINE && !newline) || (around & PREV_BEGIN && !edge))
			return 0;
	}
	if (around & (NEXT_WORD | NEXT_NOTWORD | NEXT_NEWLINE | NEXT_END)) {
		edge = at >= b->len;
		c = edge ? 0 : uk_re_char(b, at, &len);
		word = !edge && is_word(b, c);
		newline = edge ? !(b->eflags & REG_NOTEOL) : c == '\n' && b->re->newline_anchor;
		if ((around & NEXT_WORD && !word) || (around & NEXT_NOTWORD && word) ||
		    (around & NEXT_NEWLINE && !newline) || (around & NEXT_END && !edge))
			return 0;
	}
	return 1;
}
