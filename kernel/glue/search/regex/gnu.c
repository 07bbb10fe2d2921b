/* GNU's functions: patterns with chosen syntax bits, searches that start anywhere and go either way. */
#include <stdlib.h>
#include <string.h>
#include "regex.h"

enum { REGS_UNALLOCATED, REGS_REALLOCATE, REGS_FIXED };

size_t re_syntax_options;	/* a program may set it itself */

size_t re_set_syntax(size_t syntax)
{
	size_t old = re_syntax_options;

	re_syntax_options = syntax;
	return old;
}

/* A pattern whose buffer the caller made, as was usual once: there is no program in it. */
static void take_buffer(struct pattern *re)
{
	if (re->program && (re->used != sizeof *re->program || re->allocated != re->used)) {
		free(re->program);
		re->program = NULL;
	}
}

const char *re_compile_pattern(const char *s, size_t len, struct pattern *re)
{
	int err;

	take_buffer(re);
	re->no_sub = !!(re_syntax_options & RE_NO_SUB);
	re->newline_anchor = 1;
	err = uk_re_compile(re, s, len, re_syntax_options);
	return err ? uk_re_text(err) : NULL;
}

int re_compile_fastmap(struct pattern *re)
{
	const struct program *g = re->program;

	/* A byte is looked up as its translation. */
	memset(re->fastmap, g->may_be_empty, 256);
	for (int c = 0; c < 256; c++)
		if (g->first[c / 8] >> c % 8 & 1)
			re->fastmap[re->translate ? re->translate[c] : c] = 1;
	re->fastmap_accurate = 1;
	return 0;
}

void re_set_registers(struct pattern *re, struct registers *regs, unsigned n, int *starts, int *ends)
{
	re->regs_allocated = n ? REGS_REALLOCATE : REGS_UNALLOCATED;
	*regs = n ? (struct registers){ n, starts, ends } : (struct registers){ 0 };
}

/* Room for one more than there are: the last is -1. */
static int make_room(struct pattern *re, struct registers *regs, unsigned n)
{
	int *start, *end;

	if (re->regs_allocated == REGS_FIXED || (re->regs_allocated == REGS_REALLOCATE && n <= regs->count))
		return 1;
	if (re->regs_allocated == REGS_UNALLOCATED)
		*regs = (struct registers){ 0 };
	if (!(start = realloc(regs->start, n * sizeof *start)))
		return 0;
	regs->start = start;
	if (!(end = realloc(regs->end, n * sizeof *end)))
		return 0;
	regs->end = end;
	regs->count = n;
	re->regs_allocated = REGS_REALLOCATE;
	return 1;
}

static int put_registers(struct pattern *re, struct registers *regs, const struct span *spans, unsigned n)
{
	if (!make_room(re, regs, n + 1))
		return -2;
	for (unsigned i = 0; i < regs->count; i++) {
		regs->start[i] = i < n ? spans[i].start : -1;
		regs->end[i] = i < n ? spans[i].end : -1;
	}
	return 0;
}

/* Looks from START over RANGE places, which may be negative, for a match that ends at STOP or before. */
static int search(struct pattern *re, const char *s, int len, int start, int range, int stop, struct registers *regs, int want_length)
{
	long last = (long)start + range;
	unsigned n = 1;
	struct span one, *spans = &one;
	int r;

	if (start < 0 || start > len)
		return -1;
	last = last < 0 ? 0 : last > len ? len : last;
	if (start < last && re->fastmap && !re->fastmap_accurate)
		re_compile_fastmap(re);
	if (re->no_sub || (regs && re->regs_allocated == REGS_FIXED && !regs->count))
		regs = NULL;
	if (regs)
		n = re->regs_allocated == REGS_FIXED && regs->count <= re->groups ? regs->count : re->groups + 1;
	if (n > 1 && !(spans = malloc(n * sizeof *spans)))
		return -2;
	struct subject b = { .p = re->program, .re = re, .s = (const void *)s, .len = len, .stop = stop,
		.eflags = re->not_bol * REG_NOTBOL | re->not_eol * REG_NOTEOL,
		.icase = !!(re->syntax & RE_ICASE), .translate = re->translate, .syntax = re->syntax };
	r = uk_re_search(&b, start, last, n, spans);
	r = r == REG_NOMATCH ? -1 : r ? -2 : regs ? put_registers(re, regs, spans, n) : 0;
	if (!r)
		r = want_length ? spans[0].end - start : spans[0].start;
	if (spans != &one)
		free(spans);
	return r;
}

/* The same in two texts, the second behind the first. */
static int search_two(struct pattern *re, const char *s1, int n1, const char *s2, int n2, int start, int range, struct registers *regs, int stop, int want_length)
{
	char *both = NULL;
	int len, r;

	if (n1 < 0 || n2 < 0 || stop < 0 || __builtin_add_overflow(n1, n2, &len))
		return -2;
	if (n1 && n2) {
		if (!(both = malloc(len)))
			return -2;
		memcpy(both, s1, n1);
		memcpy(both + n1, s2, n2);
	}
	r = search(re, both ? both : n2 ? s2 : s1, len, start, range, stop, regs, want_length);
	free(both);
	return r;
}

int re_search(struct pattern *re, const char *s, int len, int start, int range, struct registers *regs)
{
	return search(re, s, len, start, range, len, regs, 0);
}

int re_match(struct pattern *re, const char *s, int len, int start, struct registers *regs)
{
	return search(re, s, len, start, 0, len, regs, 1);
}

int re_search_2(struct pattern *re, const char *s1, int n1, const char *s2, int n2, int start, int range, struct registers *regs, int stop)
{
	return search_two(re, s1, n1, s2, n2, start, range, regs, stop, 0);
}

int re_match_2(struct pattern *re, const char *s1, int n1, const char *s2, int n2, int start, struct registers *regs, int stop)
{
	return search_two(re, s1, n1, s2, n2, start, 0, regs, stop, 1);
}
