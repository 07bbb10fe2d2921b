/* Reads conversions of a format, those that are registered among them. */
#include <ctype.h>
#include <limits.h>
#include <string.h>
#include "registered.h"

static int number(const char **s)
{
	int n = 0;

	while (isdigit((unsigned char)**s)) {
		int d = *(*s)++ - '0';

		n = n < 0 || n > (INT_MAX - d) / 10 ? -1 : n * 10 + d;
	}
	return n;
}

/* Digits and '$': a position; else 0, and nothing is consumed. */
static int position(const char **s)
{
	const char *p = *s;
	int n = isdigit((unsigned char)*p) ? number(&p) : 0;

	if (n <= 0 || *p != '$')
		return 0;
	*s = p + 1;
	return n;
}

static void flags(const char **s, struct printf_info *i)
{
	i->pad = ' ';
	for (;; ++*s)
		switch (**s) {
		case ' ': i->space = 1; break;
		case '+': i->showsign = 1; break;
		case '-': i->left = 1, i->pad = ' '; break;
		case '#': i->alt = 1; break;
		case '0': if (!i->left) i->pad = '0'; break;
		case '\'': i->group = 1; break;
		case 'I': i->i18n = 1; break;
		default: return;
		}
}

/* A width or precision of an argument: its index. */
static int star(const char **s, int *next, int *most)
{
	int n;

	++*s;
	n = position(s);
	n = n ? n - 1 : (*next)++;
	if (n >= *most)
		*most = n + 1;
	return n;
}

/* The longest registered modifier at S. */
static int registered_modifier(const char **s, struct printf_info *i)
{
	struct uk_modifier *best = NULL;

	for (struct uk_modifier *m = uk_modifiers; m; m = m->next)
		if (!strncmp(*s, m->name, m->length) && (!best || m->length > best->length))
			best = m;
	if (!best)
		return 0;
	*s += best->length;
	i->user |= best->bit;
	return 1;
}

static void modifiers(const char **s, struct printf_info *i)
{
	if (registered_modifier(s, i))
		return;
	switch (*(*s)++) {
	case 'h':
		if (**s == 'h')
			++*s, i->is_char = 1;
		else
			i->is_short = 1;
		break;
	case 'l':
		i->is_long = 1;
		if (**s != 'l')
			break;
		++*s;	/* fall through */
	case 'L': case 'q':
		i->is_long_double = 1;
		break;
	case 'z': case 'Z': case 't': case 'j':
		i->is_long = 1;
		break;
	default:
		--*s;
	}
}

/* The argument of a conversion of C's; -1: none. */
static int standard(const struct printf_info *i)
{
	switch (i->spec) {
	case 'i': case 'd': case 'u': case 'o': case 'X': case 'x': case 'b': case 'B':
		return i->is_long_double || i->is_long ? PA_INT | PA_LONG : i->is_short ? PA_INT | PA_SHORT : i->is_char ? PA_CHAR : PA_INT;
	case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': case 'a': case 'A':
		return PA_DOUBLE | (i->is_long_double ? PA_LONG_LONG : 0);
	case 'c': return PA_CHAR;
	case 'C': return PA_WCHAR;
	case 's': return PA_STRING;
	case 'S': return PA_WSTRING;
	case 'p': return PA_POINTER;
	case 'n': return PA_INT | PA_PTR | (i->is_long_double || i->is_long ? PA_LONG : i->is_short ? PA_SHORT : 0);
	}
	return -1;
}

hidden void uk_parse_spec(const char *s, struct uk_spec *p, int *next, int *most)
{
	int at;

	memset(p, 0, sizeof(*p));
	p->begin = s++;
	p->width_arg = p->prec_arg = p->data_arg = -1;
	p->info.prec = -1;
	at = position(&s);
	flags(&s, &p->info);
	if (*s == '*')
		p->width_arg = star(&s, next, most), p->info.width = INT_MIN;
	else
		p->info.width = number(&s);
	if (*s == '.') {
		if (*++s == '*')
			p->prec_arg = star(&s, next, most), p->info.prec = INT_MIN;
		else
			p->info.prec = number(&s);
	}
	modifiers(&s, &p->info);
	p->info.spec = (unsigned char)*s;
	p->end = s + (*s != 0);
	if (!uk_conversions || !uk_conversions->arginfo[p->info.spec] || (p->ndata = uk_conversions->arginfo[p->info.spec](&p->info, 1, &p->type, &p->size)) < 0) {
		p->type = standard(&p->info);
		p->ndata = p->type >= 0;
	}
	if (p->ndata) {
		p->data_arg = at ? at - 1 : *next;
		if (!at)
			*next += p->ndata;
		if (p->data_arg + p->ndata > *most)
			*most = p->data_arg + p->ndata;
	}
}

hidden void uk_spec_types(const struct uk_spec *p, int most, int *types, int *sizes)
{
	if (p->width_arg >= 0)
		types[p->width_arg] = PA_INT;
	if (p->prec_arg >= 0)
		types[p->prec_arg] = PA_INT;
	if (p->ndata == 1)
		types[p->data_arg] = p->type, sizes[p->data_arg] = p->size;
	else if (p->ndata > 1)
		uk_conversions->arginfo[p->info.spec](&p->info, p->ndata, types + p->data_arg, sizes + p->data_arg);
}

/* parse_printf_format.c's, once something is registered. */
hidden size_t uk_printf_types_of(const char *f, size_t room, int *types)
{
	struct uk_spec p;
	int next = 0, most = 0;

	if (!uk_conversions && !uk_modifiers && !uk_printf_types)
		return -1;
	for (f = strchr(f, '%'); f; f = strchr(p.end, '%')) {
		int before = most;

		uk_parse_spec(f, &p, &next, &most);
		if ((size_t)most <= room) {
			int sizes[most + 1], all[most + 1];

			memcpy(all, types, before * sizeof(*all));
			uk_spec_types(&p, most, all, sizes);
			memcpy(types, all, most * sizeof(*all));
		}
	}
	return most;
}
