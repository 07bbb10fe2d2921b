/*
 * fnmatch() with glibc's extensions: FNM_EXTMATCH, FNM_CASEFOLD, FNM_LEADING_DIR.
 * Where glibc tries fewer ways than a mathematician would, so does this.
 */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#define EXTENDED 32	/* FNM_EXTMATCH, which musl's header lacks */

struct match {
	int posix, bytes, failed;	/* POSIXLY_CORRECT is set; a character is a byte; no memory */
};

static int wild(struct match *, const wchar_t *p, const wchar_t *n, const wchar_t *end, int dot, int flags);

static wint_t fold(struct match *m, int flags, wint_t c)
{
	return flags & FNM_CASEFOLD && !(m->bytes && c >= 0x80) ? towlower(c) : c;
}

static int is_operator(wint_t c)
{
	return c && wcschr(L"?*+@!", c);
}

/* The ] of the bracket expression that begins at P, or NULL. */
static const wchar_t *bracket_end(const struct match *m, const wchar_t *p)
{
	if (*++p == '!' || (*p == '^' && !m->posix))
		p++;
	if (*p == ']')
		p++;
	while (*p != ']')
		if (!*p++)
			return NULL;
	return p;
}

/* Behind an opening parenthesis: the place after the closing one, or NULL. Bars at the top level count in *n. */
static const wchar_t *closing(struct match *m, const wchar_t *p, int *n)
{
	int level = 0;

	for (*n = 1;; p++) {
		if (!*p)
			return NULL;
		if (*p == '[') {
			if (!(p = bracket_end(m, p)))
				return NULL;
		} else if (is_operator(*p) && p[1] == '(') {
			level++;
		} else if (*p == ')') {
			if (!level--)
				return p + 1;
		} else if (*p == '|' && !level) {
			++*n;
		}
	}
}

/* Copies of the alternatives behind the parenthesis, one after another, each with room for more characters. */
static wchar_t **alternatives(struct match *m, const wchar_t *p, const wchar_t *end, int n, size_t more)
{
	size_t len = end - p, slots = n * sizeof(wchar_t *);
	wchar_t **list = malloc(slots + (len + n * (more + 1)) * sizeof(wchar_t)), *to;
	int level = 0, i = 0;

	if (!list) {
		m->failed = 1;
		return NULL;
	}
	to = list[0] = (wchar_t *)((char *)list + slots);
	for (; p < end; p++) {
		if (*p == '[') {
			const wchar_t *from = p;

			if (*++p == '!' || (*p == '^' && !m->posix))
				p++;
			if (*p == ']')
				p++;
			while (*p != ']')
				p++;
			to = wmemcpy(to, from, p + 1 - from) + (p + 1 - from);
			continue;
		}
		if (is_operator(*p) && p[1] == '(')
			level++;
		else if (*p == ')' && !level--)
			break;
		if (*p == '|' && !level) {
			*to = 0;
			to += more + 1;
			list[++i] = to;
			continue;
		}
		*to++ = *p;
	}
	*to = 0;
	return list;
}

static int no_dot(const wchar_t *start, const wchar_t *at, int dot, int flags)
{
	if (at == start)
		return dot;
	return at[-1] == '/' && (flags & FNM_PATHNAME) && (flags & FNM_PERIOD);
}

/* An extended pattern, p at its parenthesis. -1 if it is none after all. */
static int extended(struct match *m, wint_t op, const wchar_t *p, const wchar_t *n, const wchar_t *end, int dot, int flags)
{
	int count, r = FNM_NOMATCH, inner = flags & FNM_PATHNAME ? flags : flags & ~FNM_PERIOD;
	const wchar_t *rest = closing(m, p + 1, &count), *at;
	wchar_t **list;
	int i;

	if (!rest)
		return -1;
	if ((op == '*' || op == '?') && !wild(m, rest, n, end, dot, flags))
		return 0;
	if (!(list = alternatives(m, p + 1, rest, count, wcslen(rest))))
		return -2;
	if (op == '?' || op == '@') {
		for (i = 0; r && i < count; i++)
			r = wild(m, wcscat(list[i], rest), n, end, dot, inner);
	} else if (op == '!') {
		for (at = n; r && at <= end; at++) {
			for (i = 0; i < count && wild(m, list[i], n, at, dot, inner); i++)
				;
			if (i == count)
				r = wild(m, rest, at, end, no_dot(n, at, dot, flags), inner);
		}
	} else {
		for (i = 0; r && i < count; i++)
			for (at = n; r && at <= end; at++) {
				if (wild(m, list[i], n, at, dot, inner))
					continue;
				r = wild(m, rest, at, end, no_dot(n, at, dot, flags), inner);
				if (r && at != n)
					r = wild(m, p - 1, at, end, no_dot(n, at, dot, flags), inner);
			}
	}
	free(list);
	return r;
}

/* [:name:] at p, which is behind "[:". The place after it, or NULL if it cannot be a class's name. */
static const wchar_t *class_name(const wchar_t *p, char *name)
{
	for (int i = 0;; p++) {
		if (*p == ':' && p[1] == ']') {
			name[i] = 0;
			return p + 2;
		}
		if (*p < 'a' || *p >= 'z' || i == 31)
			return NULL;
		name[i++] = *p;
	}
}

enum { OUT, IN, NOT_CLOSED, BAD };

/* A bracket expression; *pp is behind the bracket, and then behind the closing one. */
static int bracket(struct match *m, const wchar_t **pp, wint_t raw, int flags)
{
	const wchar_t *p = *pp, *q;
	int invert, in = 0;
	wint_t c, from, to, got = fold(m, flags, raw);
	char name[32];

	invert = *p == '!' || (*p == '^' && !m->posix);
	p += invert;
	for (int first = 1;; first = 0) {
		int symbol = 0;

		c = *p++;
		if (!c)
			return NOT_CLOSED;
		if (c == ']' && !first)
			break;
		if (c == '[' && *p == ':' && (q = class_name(p + 1, name))) {
			wctype_t t = wctype(name);

			if (!t && !in)
				return BAD;
			in |= t && !(m->bytes && raw >= 0x80) && iswctype(raw, t);
			p = q;
			continue;
		}
		if (c == '[' && *p == '=' && p[1] && p[2] == '=' && p[3] == ']') {
			in |= raw == (wint_t)p[1];
			p += 4;
			continue;
		}
		if (c == '[' && *p == '.') {
			for (q = p + 1; *q && !(*q == '.' && q[1] == ']'); q++)
				;
			if (!*q || q != p + 2)
				return in && *q ? (p = q + 2, OUT) : BAD;
			c = p[1];
			p = q + 2;
			symbol = 1;
		} else if (c == '\\' && !(flags & FNM_NOESCAPE)) {
			if (!*p)
				return BAD;
			c = *p++;
		}
		from = fold(m, flags, c);
		if (*p != '-' || !p[1] || p[1] == ']') {
			in |= symbol ? c == raw : from == got;
			continue;
		}
		p++;
		to = *p++;
		if (to == '[' && *p == '.') {
			for (q = p + 1; *q && !(*q == '.' && q[1] == ']'); q++)
				;
			if (!*q || q != p + 2)
				return BAD;
			to = p[1];
			p = q + 2;
		} else {
			if (to == '\\' && !(flags & FNM_NOESCAPE))
				to = *p++;
			if (!to)
				return BAD;
			to = fold(m, flags, to);
		}
		in |= from <= got && got <= to;
	}
	*pp = p;
	return in != invert ? IN : OUT;
}

/*
 * Where a star looks for the end of an extended pattern, p at its parenthesis;
 * p itself if it sees none. A character behind a nested one is passed over unseen.
 */
static const wchar_t *end_for_star(struct match *m, const wchar_t *start)
{
	const wchar_t *p = start;

	for (;;) {
		if (!*++p)
			return start;
		if (*p == '[') {
			if (!(p = bracket_end(m, p)))
				return start;
		} else if (is_operator(*p) && p[1] == '(') {
			p = end_for_star(m, p + 1);
			if (!*p)
				return start;
		} else if (*p == ')') {
			return p + 1;
		}
	}
}

static const wchar_t *slash(const wchar_t *n, const wchar_t *end)
{
	while (n < end && *n != '/')
		n++;
	return n;
}

/* After a star at p[-1]. */
static int star(struct match *m, const wchar_t *p, const wchar_t *n, const wchar_t *end, int dot, int flags)
{
	const wchar_t *stop, *q;
	int inner = flags & FNM_PATHNAME ? flags : flags & ~FNM_PERIOD;
	wint_t c;

	if (n < end && *n == '.' && dot)
		return FNM_NOMATCH;
	for (c = *p++; c == '?' || c == '*'; c = *p++) {
		if (*p == '(' && flags & EXTENDED && (q = end_for_star(m, p)) != p) {
			p = q;	/* an optional part adds nothing to a star */
			continue;
		}
		if (c == '?') {
			if (n == end || (*n == '/' && flags & FNM_PATHNAME))
				return FNM_NOMATCH;
			n++;
		}
	}
	if (!c)
		return !(flags & FNM_PATHNAME) || flags & FNM_LEADING_DIR || slash(n, end) == end ? 0 : FNM_NOMATCH;
	if (c == '/' && flags & FNM_PATHNAME) {
		n = slash(n, end);
		return n < end ? wild(m, p, n + 1, end, flags & FNM_PERIOD, flags) : FNM_NOMATCH;
	}
	stop = flags & FNM_PATHNAME ? slash(n, end) : end;
	int any = c == '[' || (flags & EXTENDED && (c == '@' || c == '+' || c == '!') && *p == '(');

	if (c == '\\' && !(flags & FNM_NOESCAPE))
		c = *p;
	c = fold(m, flags, c);
	for (p--; n < stop; n++, dot = 0)
		if ((any || fold(m, flags, *n) == c) && !wild(m, p, n, end, dot, inner))
			return 0;
	return FNM_NOMATCH;
}

static int wild(struct match *m, const wchar_t *p, const wchar_t *n, const wchar_t *end, int dot, int flags)
{
	wint_t c;
	int r, next_dot;

	for (; (c = *p++); n++, dot = next_dot) {
		next_dot = 0;
		c = fold(m, flags, c);
		if (flags & EXTENDED && *p == '(' && is_operator(c) && (r = extended(m, c, p, n, end, dot, flags)) != -1)
			return r;
		switch (c) {
		case '?':
			if (n == end || (*n == '/' && flags & FNM_PATHNAME) || (*n == '.' && dot))
				return FNM_NOMATCH;
			continue;
		case '*':
			return star(m, p, n, end, dot, flags);
		case '[':
			if (n == end || (*n == '.' && dot) || (*n == '/' && flags & FNM_PATHNAME))
				return FNM_NOMATCH;
			r = bracket(m, &p, *n, flags);
			if (r == IN)
				continue;
			if (r != NOT_CLOSED)
				return FNM_NOMATCH;
			break;
		case '\\':
			if (flags & FNM_NOESCAPE)
				break;
			if (!(c = *p++))
				return FNM_NOMATCH;
			c = fold(m, flags, c);
			break;
		case '/':
			if (flags & FNM_PATHNAME)
				next_dot = flags & FNM_PERIOD;
			break;
		}
		if (n == end || fold(m, flags, *n) != c)
			return FNM_NOMATCH;
	}
	return n == end || (flags & FNM_LEADING_DIR && *n == '/') ? 0 : FNM_NOMATCH;
}

/* s as wide characters: as the locale has it, or a byte each if it is not valid there. */
static wchar_t *widen(const char *s, int bytes, wchar_t *small, size_t room)
{
	size_t len = bytes ? strlen(s) : mbstowcs(NULL, s, 0);
	wchar_t *w = small;

	if (len == (size_t)-1 || (len >= room && !(w = malloc((len + 1) * sizeof *w))))
		return NULL;
	if (!bytes)
		mbstowcs(w, s, len + 1);
	else
		for (size_t i = 0; i <= len; i++)
			w[i] = (unsigned char)s[i];
	return w;
}

static int match(const char *pattern, const char *string, int flags, int bytes)
{
	wchar_t small[2][128], *p, *n;
	struct match m = { !!getenv("POSIXLY_CORRECT"), bytes, 0 };
	int r = -2;

	p = widen(pattern, bytes, small[0], 128);
	n = p ? widen(string, bytes, small[1], 128) : NULL;
	if (n)
		r = wild(&m, p, n, n + wcslen(n), flags & FNM_PERIOD, flags);
	if (p != small[0])
		free(p);
	if (n != small[1])
		free(n);
	return m.failed ? -2 : r;
}

/* What does not match as characters is tried as bytes, and so is what is not valid in the locale. */
int fnmatch(const char *pattern, const char *string, int flags)
{
	int r = FNM_NOMATCH;

	if (MB_CUR_MAX > 1 && mbstowcs(NULL, pattern, 0) != (size_t)-1 && mbstowcs(NULL, string, 0) != (size_t)-1)
		r = match(pattern, string, flags, 0);
	return r == FNM_NOMATCH ? match(pattern, string, flags, 1) : r;
}
