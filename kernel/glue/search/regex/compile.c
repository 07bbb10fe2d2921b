/* A pattern's program, from its text and syntax bits. */
#include <stdlib.h>
#include <string.h>
#include "regex.h"

/* Which bytes a match can begin with. Anchors are taken as passed. */
static void first_bytes(struct program *g, const struct pattern *re, unsigned char *seen, int *stack)
{
	struct subject b = { .p = g, .re = re, .syntax = re->syntax };
	int depth = 0, len, icase = !!(re->syntax & RE_ICASE);

	for (stack[depth++] = g->start; depth;) {
		int i = stack[--depth];
		const struct node *n = &g->nodes[i];

		if (seen[i])
			continue;
		seen[i] = 1;
		if (n->type == END || n->type == BACKREF) {
			g->may_be_empty = 1;
		} else if (n->type <= SET) {
			for (int c = 0; c < 256; c++) {
				unsigned char byte = c;
				unsigned folded = uk_re_fold(uk_re_decode(&byte, 1, 0, &len), icase, 0, re->translate);

				if ((g->utf8 && c >= 0x80) || uk_re_consumes(&b, n, folded))
					g->first[c / 8] |= 1 << c % 8;
				/* In UTF-8 a character that folds to ASCII begins with a byte above it. */
			}
		} else {
			if (n->next[1] >= 0)
				stack[depth++] = n->next[1];
			stack[depth++] = n->next[0];
		}
	}
}

static int finish(struct program *g, const struct pattern *re)
{
	char *memory = malloc((size_t)g->n * (2 * sizeof(int) + 1) + 2 * sizeof(int));

	if (!memory)
		return REG_ESPACE;
	memset(memory + (2 * g->n + 2) * sizeof(int), 0, g->n);
	first_bytes(g, re, (unsigned char *)memory + (2 * g->n + 2) * sizeof(int), (int *)memory);
	free(memory);
	return 0;
}

void uk_re_free_program(struct pattern *re)
{
	struct program *g = re->program;

	if (g) {
		uk_re_release(&g->arena);
		free(g->nodes);
		free(g);
	}
	re->program = NULL;
	re->allocated = re->used = 0;
}

int uk_re_compile(struct pattern *re, const char *s, size_t len, size_t syntax)
{
	struct program *g = calloc(1, sizeof *g);
	struct parser p = { .s = (const void *)s, .len = len, .syntax = syntax, .translate = re->translate };
	struct tree *t;

	uk_re_free_program(re);
	re->syntax = syntax;
	re->not_bol = re->not_eol = 0;
	re->groups = 0;
	re->can_be_null = re->fastmap_accurate = 0;
	re->regs_allocated = 0;
	if (!g)
		return REG_ESPACE;
	re->program = g;
	re->allocated = re->used = sizeof *g;
	g->utf8 = p.utf8 = __ctype_get_mb_cur_max() > 1;
	p.icase = !!(syntax & RE_ICASE);
	p.keep = &g->arena;
	t = uk_re_parse(&p);
	if (!p.err) {
		re->groups = g->ngroups = p.groups;
		g->backrefs = p.backrefs;
		p.err = uk_re_build(g, &p, t, re->no_sub);
	}
	uk_re_release(&p.scratch);
	if (!p.err)
		p.err = finish(g, re);
	if (p.err)
		uk_re_free_program(re);
	return p.err;
}
