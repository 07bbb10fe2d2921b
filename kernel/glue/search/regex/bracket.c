/* Bracket expressions, and the operators that stand for one. */
#include <ctype.h>
#include <string.h>
#include <wctype.h>
#include "regex.h"

enum kind { B_CHAR, B_CLOSE, B_NOT, B_RANGE, B_END, B_COLLATE, B_EQUIV, B_CLASS };

struct item {
	enum kind kind;
	unsigned c;
	int len;
	char name[32];
};

static struct set *new_set(struct parser *p)
{
	struct set *s = uk_re_alloc(p->keep, sizeof *s);

	if (s)
		*s = (struct set){ 0 };
	else
		p->err = REG_ESPACE;
	return s;
}

static void add_byte(struct set *s, unsigned c)
{
	s->bytes[c / 32] |= 1u << c % 32;
}

/* Arrays grow by doubling in the arena; what is left behind goes with it. */
static void *grown(struct parser *p, void *old, int n, size_t size)
{
	void *new;

	if (n & (n - 1))
		return old;
	new = uk_re_alloc(p->keep, (n ? n * 2 : 1) * size);
	if (!new)
		p->err = REG_ESPACE;
	else if (n)
		memcpy(new, old, n * size);
	return new;
}

static void add_range(struct parser *p, struct set *s, unsigned from, unsigned to)
{
	for (unsigned c = from; c <= to && c < (p->utf8 ? 0x80u : 0x100u); c++)
		add_byte(s, c);
	if (!p->utf8 || to < 0x80)
		return;
	s->ranges = grown(p, s->ranges, s->nranges, sizeof *s->ranges);
	if (p->err)
		return;
	s->ranges[s->nranges].from = from;
	s->ranges[s->nranges++].to = to;
}

static int add_class(struct parser *p, struct set *s, const char *name)
{
	wctype_t t;

	if (p->icase && (!strcmp(name, "upper") || !strcmp(name, "lower")))
		name = "alpha";
	if (!(t = wctype(name)))
		return p->err = REG_ECTYPE;
	for (int c = 0; c < 0x80; c++)
		if (iswctype(c, t))
			add_byte(s, p->translate ? p->translate[c] : c);
	if (!p->utf8)
		return 0;
	s->classes = grown(p, s->classes, s->nclasses, sizeof *s->classes);
	if (!p->err)
		s->classes[s->nclasses++] = t;
	return p->err;
}

static struct tree *finish(struct parser *p, struct set *s, int inverted)
{
	struct tree *t;

	if (inverted) {
		for (int i = 0; i < 8; i++)
			s->bytes[i] = ~s->bytes[i];
		s->inverted = 1;
	}
	if ((t = uk_re_tree(p, SET, NULL, NULL)))
		t->set = s;
	return t;
}

struct tree *uk_re_class_operator(struct parser *p, const char *class, const char *more, int inverted)
{
	struct set *s = new_set(p);

	if (!s || add_class(p, s, class))
		return NULL;
	for (; *more; more++)
		add_byte(s, *more);
	return finish(p, s, inverted);
}

static struct item peek(struct parser *p)
{
	struct item i = { B_END };
	int left = p->len - p->at;

	if (left <= 0)
		return i;
	i.kind = B_CHAR;
	i.c = uk_re_pattern_char(p, p->at, &i.len);
	if (i.c == '\\' && p->syntax & RE_BACKSLASH_ESCAPE_IN_LISTS && left > 1) {
		i.c = uk_re_pattern_char(p, p->at + 1, &i.len);
		i.len++;
	} else if (i.c == '[' && left > 1) {
		int next = p->s[p->at + 1];

		i.kind = next == '.' ? B_COLLATE : next == '=' ? B_EQUIV : next == ':' && p->syntax & RE_CHAR_CLASSES ? B_CLASS : B_CHAR;
		if (i.kind != B_CHAR)
			i.len = 2, i.c = next;
	} else if (i.c == '-') {
		/* Three hyphens in a row are one that is no range. */
		if (left > 2 && p->s[p->at + 1] == '-' && p->s[p->at + 2] == '-')
			p->at += 2;
		else
			i.kind = B_RANGE;
	} else if (i.c == ']') {
		i.kind = B_CLOSE;
	} else if (i.c == '^') {
		i.kind = B_NOT;
	}
	return i;
}

/* The name in [:name:], [.name.], [=name=]. */
static int name(struct parser *p, struct item *i)
{
	int delimiter = i->c;

	if (p->at >= p->len)
		return REG_EBRACK;
	for (int n = 0;; n++) {
		int c, len;

		if (n >= (int)sizeof i->name)
			return REG_EBRACK;
		c = i->kind == B_CLASS ? p->s[p->at] : p->s[p->at] < 0x80 || !p->utf8 ? (int)uk_re_pattern_char(p, p->at, &len) : p->s[p->at];
		p->at++;
		if (p->at >= p->len)
			return REG_EBRACK;
		if (c == delimiter && p->s[p->at] == ']') {
			i->name[n] = 0;
			break;
		}
		i->name[n] = c;
	}
	p->at++;
	return 0;
}

/* Reads the item that peek() saw. */
static int element(struct parser *p, struct item *i, int hyphen_allowed)
{
	p->at += i->len;
	if (i->kind == B_COLLATE || i->kind == B_EQUIV || i->kind == B_CLASS)
		return name(p, i);
	if (i->kind == B_RANGE && !hyphen_allowed && peek(p).kind != B_CLOSE)
		return REG_ERANGE;
	i->kind = B_CHAR;
	return 0;
}

/*
 * An end of a range: a character, or a collating symbol of one. In C.UTF-8
 * glibc 2.36 has no order for what is beyond ASCII, and refuses it here.
 */
static int range_end(const struct parser *p, const struct item *i, unsigned *c)
{
	if (i->kind == B_EQUIV || i->kind == B_CLASS)
		return REG_ERANGE;
	if (i->kind == B_COLLATE && strlen(i->name) > 1)
		return REG_ECOLLATE;
	*c = i->kind == B_COLLATE ? (unsigned char)i->name[0] : i->c;
	return p->utf8 && *c >= 0x80 ? REG_ECOLLATE : 0;
}

static int add_between(struct parser *p, struct set *s, const struct item *a, const struct item *b)
{
	unsigned from = 0, to = 0;

	if (a->kind == B_EQUIV || a->kind == B_CLASS || b->kind == B_EQUIV || b->kind == B_CLASS)
		return REG_ERANGE;
	if ((p->err = range_end(p, a, &from)) || (p->err = range_end(p, b, &to)))
		return p->err;
	if (from > to)
		return p->syntax & RE_NO_EMPTY_RANGES ? REG_ERANGE : 0;
	add_range(p, s, from, to);
	return p->err;
}

static int add_item(struct parser *p, struct set *s, const struct item *i)
{
	switch (i->kind) {
	case B_CLASS:
		return add_class(p, s, i->name);
	case B_EQUIV: case B_COLLATE:
		if (strlen(i->name) != 1)
			return REG_ECOLLATE;
		if (!p->utf8 || (unsigned char)i->name[0] < 0x80)
			add_byte(s, (unsigned char)i->name[0]);
		return 0;
	default:
		if (!(i->c & RAW_BYTE))
			add_range(p, s, i->c, i->c);
		return p->err;
	}
}

static int elements(struct parser *p, struct set *s, struct item i)
{
	struct item next, end;
	int err;

	for (int first = 1;; first = 0) {
		int range = 0;

		if ((err = element(p, &i, first)))
			return err;
		next = peek(p);
		if (i.kind != B_CLASS && i.kind != B_EQUIV) {
			if (next.kind == B_END)
				return REG_EBRACK;
			if (next.kind == B_RANGE) {
				p->at += next.len;
				end = peek(p);
				if (end.kind == B_END)
					return REG_EBRACK;
				range = end.kind != B_CLOSE;
				if (!range) {	/* a last hyphen is itself */
					p->at -= next.len;
					next.kind = B_CHAR;
				}
			}
		}
		if (range) {
			if ((err = element(p, &end, 1)))
				return err;
			next = peek(p);
			err = add_between(p, s, &i, &end);
		} else {
			err = add_item(p, s, &i);
		}
		if (err)
			return err;
		if (next.kind == B_END)
			return REG_EBRACK;
		if (next.kind == B_CLOSE) {
			p->at += next.len;
			return 0;
		}
		i = next;
	}
}

/* After the opening bracket. */
struct tree *uk_re_bracket(struct parser *p)
{
	struct set *s = new_set(p);
	struct item i;
	int inverted = 0, err;

	if (!s)
		return NULL;
	i = peek(p);
	if (i.kind == B_NOT) {
		inverted = 1;
		if (p->syntax & RE_HAT_LISTS_NOT_NEWLINE)
			add_byte(s, '\n');
		p->at += i.len;
		i = peek(p);
	}
	if (i.kind == B_END) {
		p->err = REG_BADPAT;
		return NULL;
	}
	if (i.kind == B_CLOSE)
		i.kind = B_CHAR;
	if ((err = elements(p, s, i))) {
		p->err = err;
		return NULL;
	}
	return finish(p, s, inverted);
}
