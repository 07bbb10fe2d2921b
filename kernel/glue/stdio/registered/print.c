/*
 * vfprintf() of images that can register conversions, in place of libc's own, which prints what is not registered. Once
 * anything is, glibc reads the whole format before it prints, and so does this.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include "stdio_impl.h"
#include "syscall.h"
#include "registered.h"

hidden int uk_plain_vfprintf(FILE *, const char *, va_list);

/* Here, so that this file comes with what fills them. */
hidden struct uk_conversions *uk_conversions;
hidden struct uk_modifier *uk_modifiers;
hidden va_arg_function **uk_printf_types;

union value {
	long i;
	double d;
	long double ld;
	void *p;
};

static void read_argument(union value *v, int type, int size, va_list *ap)
{
	if (!(type & PA_FLAGS) && type >= PA_LAST && type < PA_TYPES && uk_printf_types && uk_printf_types[type - PA_LAST])
		uk_printf_types[type - PA_LAST](v->p, ap);	/* into memory that has been set aside */
	else if (type == PA_DOUBLE || type == PA_FLOAT)
		v->d = va_arg(*ap, double);
	else if (type == (PA_DOUBLE | PA_LONG_LONG))
		v->ld = va_arg(*ap, long double);
	else	/* integers and pointers come in words (System V ABI, 3.5.7) */
		v->i = va_arg(*ap, long);
}

__attribute__((format(printf, 2, 3))) static int plain(FILE *f, const char *fmt, ...)
{
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = uk_plain_vfprintf(f, fmt, ap);
	va_end(ap);
	return r;
}

/* A conversion of C's, with what its arguments are written out. */
static int print_standard(FILE *f, const struct uk_spec *p, const union value *v, int count, int error)
{
	const struct printf_info *i = &p->info;
	char fmt[16], *at = fmt;

	if (i->spec == '%')
		return plain(f, "%%");
	if (i->spec == 'n') {
		void *to = v->p;

		if (p->type & PA_LONG)
			*(long *)to = count;
		else if (p->type & PA_SHORT)
			*(short *)to = count;
		else if (i->is_char)
			*(char *)to = count;
		else
			*(int *)to = count;
		return 0;
	}
	if (p->type < 0 && i->spec != 'm') {	/* as it stands */
		fwrite(p->begin, 1, p->end - p->begin, f);
		return p->end - p->begin;
	}
	*at++ = '%';
	if (i->space) *at++ = ' ';
	if (i->showsign) *at++ = '+';
	if (i->left) *at++ = '-';
	if (i->alt) *at++ = '#';
	if (i->group) *at++ = '\'';
	if (i->pad == '0') *at++ = '0';
	at = stpcpy(at, "*.*");
	at = stpcpy(at, i->is_long_double ? "L" : i->is_long ? "l" : i->is_short ? "h" : i->is_char ? "hh" : "");
	*at++ = i->spec;
	*at = 0;
	errno = error;	/* of %m */
	if (p->type == PA_DOUBLE)
		return plain(f, fmt, i->width, i->prec, v->d);
	if (p->type == (PA_DOUBLE | PA_LONG_LONG))
		return plain(f, fmt, i->width, i->prec, v->ld);
	return plain(f, fmt, i->width, i->prec, i->spec == 'm' ? 0 : v->i);
}

static int print_spec(FILE *f, struct uk_spec *p, union value *v, int count, int error)
{
	print_function *print = uk_conversions ? uk_conversions->print[p->info.spec] : NULL;

	if (p->width_arg >= 0) {
		p->info.width = v[p->width_arg].i;
		if (p->info.width < 0) {
			p->info.width = -(unsigned)p->info.width;
			p->info.left = 1;
			p->info.pad = ' ';
		}
	}
	if (p->prec_arg >= 0 && (p->info.prec = v[p->prec_arg].i) < 0)
		p->info.prec = -1;
	if (print) {
		const void *args[p->ndata + 1];
		int r;

		for (int i = 0; i < p->ndata; i++)
			args[i] = &v[p->data_arg + i];
		r = print(f, &p->info, args);
		if (r != -2)
			return r;
	}
	return print_standard(f, p, p->data_arg >= 0 ? v + p->data_arg : v, count, error);
}

/* The format with N conversions that want MOST arguments. */
static int print_all(FILE *f, const char *fmt, struct uk_spec *specs, int n, int most, va_list *ap)
{
	int types[most + 1], sizes[most + 1], error = errno, count = 0, r;
	union value v[most + 1];
	size_t room = 1;
	const char *s = fmt;

	for (int i = 0; i <= most; i++)
		types[i] = -1, sizes[i] = 0;
	for (int i = 0; i < n; i++)
		uk_spec_types(&specs[i], most, types, sizes);
	for (int i = 0; i < most; i++)
		room += types[i] >= PA_LAST && !(types[i] & PA_FLAGS) ? sizes[i] + 31 & -16 : 0;
	char memory[room] __attribute__((aligned(16))), *next = memory;
	for (int i = 0; i < most; i++) {
		if (types[i] >= PA_LAST && !(types[i] & PA_FLAGS)) {
			v[i].p = next;
			next += sizes[i] + 15 & -16;
		}
		read_argument(&v[i], types[i], sizes[i], ap);
	}
	for (int i = 0; i <= n; i++) {
		size_t text = i < n ? specs[i].begin - s : strlen(s);

		if (text > INT_MAX - count)
			goto overflow;
		fwrite(s, 1, text, f);
		count += text;
		if (i == n)
			break;
		if ((r = print_spec(f, &specs[i], v, count, error)) < 0)
			return -1;
		if (r > INT_MAX - count)
			goto overflow;
		count += r;
		s = specs[i].end;
	}
	return count;
overflow:
	errno = EOVERFLOW;
	return -1;
}

/* As vfprintf(), whose name src/fast/registered.c gives it: here every program that imports that name would get this. */
int uk_registered_vfprintf(FILE *restrict f, const char *restrict fmt, va_list ap)
{
	unsigned char lent[1024], *own = f->buf;
	int n = 0, next = 0, most = 0, r, before, lends;
	va_list copy;

	if (!uk_conversions && !uk_modifiers && !uk_printf_types)
		return uk_plain_vfprintf(f, fmt, ap);
	for (const char *s = fmt; (s = strchr(s, '%')); n++)
		s += 1 + (s[1] == '%');
	struct uk_spec specs[n + 1];
	n = 0;
	for (const char *s = strchr(fmt, '%'); s; s = strchr(specs[n - 1].end, '%'))
		uk_parse_spec(s, &specs[n++], &next, &most);
	FLOCK(f);
	before = f->flags & F_ERR;
	if (f->mode < 1)
		f->flags &= ~F_ERR;
	if ((lends = !f->buf_size)) {
		uk_cancel_stdio(f, 0, 0);
		f->buf = lent;
		f->buf_size = sizeof(lent);
		f->wpos = f->wbase = f->wend = 0;
	}
	va_copy(copy, ap);
	r = !f->wend && __towrite(f) ? -1 : print_all(f, fmt, specs, n, most, &copy);
	va_end(copy);
	if (lends) {
		f->write(f, 0, 0);
		if (!f->wpos)
			r = -1;
		f->buf = own;
		f->buf_size = 0;
		f->wpos = f->wbase = f->wend = 0;
	}
	if (f->flags & F_ERR)
		r = -1;
	f->flags |= before;
	FUNLOCK(f);
	return r;
}
