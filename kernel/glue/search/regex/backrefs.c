/*
 * Patterns with back references, by search in the order of preference. A state
 * is a node, a place and the submatches that the pattern refers to; what was
 * once left without success is not entered again, so that the search ends.
 */
#include <stdlib.h>
#include <string.h>
#include "regex.h"

#define GROUPS 9

struct state {
	int node, at;
	struct span g[GROUPS];
};

struct frame {
	struct state state;
	int edge;	/* the next of node's edges to try */
};

struct search {
	const struct subject *b;
	struct state *seen;	/* hash table; node < 0 is free */
	size_t slots, used;
	struct frame *path;
	size_t depth, room;
	int target, best;	/* the end to be reached, or -1 and the longest so far */
	int any, err;
};

static size_t hash(const struct state *s)
{
	const unsigned *w = (const unsigned *)s;
	size_t h = 0;

	for (size_t i = 0; i < sizeof *s / sizeof *w; i++)
		h = (h ^ w[i]) * 0x9e3779b97f4a7c15u, h ^= h >> 29;
	return h;
}

static struct state *slot(struct search *x, const struct state *s)
{
	size_t i = hash(s) & (x->slots - 1);

	while (x->seen[i].node >= 0 && memcmp(&x->seen[i], s, sizeof *s))
		i = (i + 1) & (x->slots - 1);
	return &x->seen[i];
}

static int grow(struct search *x)
{
	struct state *old = x->seen;
	size_t n = x->slots;

	x->slots = n ? n * 2 : 256;
	if (!(x->seen = malloc(x->slots * sizeof *x->seen))) {
		free(old);
		x->slots = 0;
		return x->err = REG_ESPACE;
	}
	for (size_t i = 0; i < x->slots; i++)
		x->seen[i].node = -1;
	for (size_t i = 0; i < n; i++)
		if (old[i].node >= 0)
			*slot(x, &old[i]) = old[i];
	free(old);
	return 0;
}

/* Enters a state, unless it was entered before. */
static void enter(struct search *x, const struct state *s)
{
	struct state *to;

	if (x->used * 4 >= x->slots * 3 && grow(x))
		return;
	to = slot(x, s);
	if (to->node >= 0)
		return;
	*to = *s;
	x->used++;
	if (x->depth == x->room) {
		size_t room = x->room ? x->room * 2 : 64;
		struct frame *p = realloc(x->path, room * sizeof *p);

		if (!p) {
			x->err = REG_ESPACE;
			return;
		}
		x->path = p;
		x->room = room;
	}
	x->path[x->depth++] = (struct frame){ *s, 0 };
}

/* Whether the text of group g is at s->at; its length goes to *len. */
static int repeats(const struct subject *b, const struct state *s, int g, int *len)
{
	int a, c, from = s->g[g].start, n = s->g[g].end - from;

	if (from < 0 || s->g[g].end < 0 || n > b->stop - s->at)
		return 0;
	for (int i = 0; i < n;) {
		if (uk_re_char(b, from + i, &a) != uk_re_char(b, s->at + i, &c) || a != c)
			return 0;
		i += a;
	}
	*len = n;
	return 1;
}

/* Takes the frame's next edge, or leaves it. */
static void advance(struct search *x)
{
	struct frame *f = &x->path[x->depth - 1];
	struct state s = f->state;
	const struct node *n = &x->b->p->nodes[s.node];
	int len, edge = f->edge++, ok = edge == 0;

	if (n->type == END) {
		ok = 0;
		if (x->target < 0 && s.at > x->best)
			x->best = s.at;
	} else if (n->type == FORK || n->type == LOOP) {
		ok = edge < 2 && n->next[edge] >= 0;
	} else if (ok && n->type <= SET) {
		ok = s.at < x->b->stop && uk_re_consumes(x->b, n, uk_re_char(x->b, s.at, &len));
		s.at += ok ? len : 0;
	} else if (ok && n->type == BACKREF) {
		ok = repeats(x->b, &s, n->group, &len);
		s.at += ok ? len : 0;
	} else if (ok && n->type == ANCHOR) {
		ok = uk_re_around(x->b, s.at, n->around);
	} else if (n->type == OPEN && n->group < GROUPS) {
		s.g[n->group] = (struct span){ s.at, -1 };
	} else if (n->type == CLOSE && n->group < GROUPS) {
		s.g[n->group].end = s.at;
	}
	if (!ok) {
		x->depth--;
		return;
	}
	s.node = n->next[edge];
	enter(x, &s);
}

static int done(const struct search *x)
{
	const struct state *s = &x->path[x->depth - 1].state;

	if (x->target >= 0)
		return s->at == x->target && x->b->p->nodes[s->node].type == END;
	return x->best == x->b->stop || (x->any && x->best >= 0);
}

static void run(struct search *x, int start)
{
	struct state s = { x->b->p->start, start };

	memset(s.g, -1, sizeof s.g);
	for (enter(x, &s); !x->err && x->depth && !done(x);)
		advance(x);
}

int uk_re_longest_backrefs(const struct subject *b, int start, int any, int *end)
{
	struct search x = { .b = b, .target = -1, .best = -1, .any = any };

	run(&x, start);
	free(x.seen);
	free(x.path);
	*end = x.best;
	return x.err;
}

int uk_re_registers_backrefs(const struct subject *b, int start, int end, int nspans, struct span *s)
{
	struct search x = { .b = b, .target = end };
	struct span *prev;

	if (nspans > b->p->ngroups + 1)
		nspans = b->p->ngroups + 1;
	prev = malloc(nspans * sizeof *prev);
	if (!prev)
		return REG_ESPACE;
	memcpy(prev, s, nspans * sizeof *s);
	run(&x, start);
	for (size_t i = 0; !x.err && i < x.depth; i++)
		uk_re_step(&b->p->nodes[x.path[i].state.node], x.path[i].state.at, nspans, s, prev);
	free(prev);
	free(x.seen);
	free(x.path);
	return x.err;
}
