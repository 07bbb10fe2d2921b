/* printf() with conversions, modifiers and types of the program's own. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <printf.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

struct widget { const char *name; int size; };
struct pair { double a; long b; };
static int modifier, longer, type;

static void show(const struct printf_info *i)
{
	printf("[%c w%d p%d %d%d%d%d%d%d%d%d%d%d%d u%d '%c']", i->spec, i->width, i->prec, i->is_long_double, i->is_short, i->is_long, i->alt, i->space, i->left, i->showsign, i->group, i->extra, i->is_char, i->wide, i->user, i->pad);
}

static int widget(FILE *f, const struct printf_info *i, const void *const *args)
{
	const struct widget *w = *(const struct widget *const *)args[0];
	char *text;
	int n = asprintf(&text, "<%s %d>", w ? w->name : "none", w ? w->size : 0);

	show(i);
	n = fprintf(f, "%*s", i->left ? -i->width : i->width, text);
	free(text);
	return n;
}

static int widget_info(const struct printf_info *i, size_t n, int *types, int *size)
{
	if (n > 0)
		types[0] = PA_POINTER, size[0] = sizeof(struct widget *);
	return 1;
}

/* Two arguments, a double and an int. */
static int two(FILE *f, const struct printf_info *i, const void *const *args)
{
	return fprintf(f, "{%g %d}", *(const double *)args[0], *(const int *)args[1]);
}

static int two_info(const struct printf_info *i, size_t n, int *types, int *size)
{
	if (n > 0)
		types[0] = PA_DOUBLE;
	if (n > 1)
		types[1] = PA_INT;
	return 2;
}

static int nothing(FILE *f, const struct printf_info *i, const void *const *args)
{
	return fputs("nothing", f) < 0 ? -1 : 7;
}

static int nothing_info(const struct printf_info *i, size_t n, int *types) { return 0; }

static void take_pair(void *to, va_list *ap)
{
	struct pair p = { va_arg(*ap, double), va_arg(*ap, long) };

	memcpy(to, &p, sizeof(p));
}

static int pair(FILE *f, const struct printf_info *i, const void *const *args)
{
	const struct pair *p = *(const struct pair *const *)args[0];

	return fprintf(f, "(%g, %ld)", p->a, p->b);
}

static int pair_info(const struct printf_info *i, size_t n, int *types, int *size)
{
	if (n > 0)
		types[0] = type, size[0] = sizeof(struct pair);
	return 1;
}

/* %d with the modifier is this one's; without it C's. */
static int roman(FILE *f, const struct printf_info *i, const void *const *args)
{
	if (!(i->user & modifier))
		return -2;
	return fprintf(f, "roman(%ld)", *(const long *)args[0]);
}

static int roman_info(const struct printf_info *i, size_t n, int *types, int *size)
{
	if (!(i->user & modifier))
		return -1;
	types[0] = PA_INT | PA_FLAG_LONG;
	return 1;
}

static int fails(FILE *f, const struct printf_info *i, const void *const *args) { errno = ERANGE; return -1; }

#define P(...) (errno = 0, n = printf(__VA_ARGS__), e = errno, printf(" = %d %d\n", n, n < 0 ? e : 0))

int main(void)
{
	struct widget w = { "knob", 3 };
	int n, e, k = -1, types[10];
	char buf[200];
	short sh = -1;
	long lo = -1;

	printf("%d %d %d %d\n", register_printf_specifier(-1, widget, widget_info), errno, register_printf_specifier(256, widget, widget_info), errno);
	printf("%d %d %d %d\n", register_printf_modifier(L""), errno, register_printf_modifier(L"\x100"), errno);
	printf("%d %d\n", register_printf_specifier('W', widget, widget_info), register_printf_specifier('Y', two, two_info));
	printf("%d %d\n", register_printf_function('N', nothing, nothing_info), register_printf_specifier('d', roman, roman_info));
	printf("%d\n", modifier = register_printf_modifier(L"Q")), printf("%d\n", longer = register_printf_modifier(L"QQ"));
	printf("%d\n", type = register_printf_type(take_pair)), printf("%d %d\n", register_printf_specifier('V', pair, pair_info), register_printf_specifier('R', fails, nothing_info));

	P("%W", &w), P("%20W|%-20W|%020W|%.5W", &w, &w, &w, &w), P("%+ #'W %lW %hhW %hW %LW %zW %llW", &w, &w, &w, &w, &w, &w, &w);
	P("%*W|%-*W|%.*W|%*.*W", 15, &w, -15, &w, -3, &w, 12, 4, &w), P("%2$W %1$d %2$20W", 5, &w);
	P("%Y|%N|%Y", 1.5, 2, -0.25, -7), P("%V and %V", 2.5, 3L, -1.0, -9L), P("%d %Qd %ld %QQd %u", 1, 2L, 3L, 4, 5u);
	P("%s %c %5.2f %Lf %e %x %#o %p %% %m %lc %ls %C", "text", 'c', 3.14159, 2.5L, 1e10, 255, 8, (void *)0, L'w', L"wide", L'z');
	P("%hhd %hd %ld %lld %jd %zd %td %hhu %lx", 300, 70000, 1L << 40, 1LL << 50, (intmax_t)-1, (size_t)5, (ptrdiff_t)-5, 513, ~0L);
	P("%*d|%-*d|%0*d|%.*d|%*.*f", 5, 42, 5, 42, 5, 42, 5, 42, 8, 2, 3.14159), P("%.s|%.3s|%10s|%-10s|%.*s", "none", "three", "right", "left", -1, "all");
	P("%n", &k), P("four%n%hn%ln", &k, &sh, &lo), printf("%d %d %ld\n", k, sh, lo), P("%3$d %1$d %2$d", 1, 2, 3), P("%2$*1$d", 6, 7);
	P("%N%N"), P("before %R after"), P("%d %", 2), P("plain text only"), P("%%"), P("");
	printf("%d ", snprintf(buf, 10, "%W and more", &w)), puts(buf), printf("%d ", sprintf(buf, "%Y %s", 1.0, 2, "end")), puts(buf);
	fprintf(stderr, "");
	n = parse_printf_format("%d %W %Y %*f %V %Qd %N %ld", 10, types);
	for (int i = 0; i < n; i++)
		printf("%d ", types[i]);
	puts("");
	printf("%d %d\n", register_printf_specifier('W', NULL, NULL), register_printf_specifier('d', NULL, NULL));
	P("%d %s", 4, "again");
	for (int i = 0; i < 16; i++)
		printf("%d ", register_printf_modifier(L"ab"));
	for (int i = 0; i < 260; i++)
		if ((n = register_printf_type(take_pair)) < 0 || i % 60 == 0)
			printf("%d %d ", i, n), i = n < 0 ? 1000 : i;
	puts("");
	return 0;
}
