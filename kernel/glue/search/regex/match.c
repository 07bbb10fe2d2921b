/*
 * Where a match ends that begins at a given place: all nodes that can be reached
 * are followed at once, a character at a time, as each consumes one character.
 */
#include <stdlib.h>
#include <string.h>
#include "regex.h"

struct run {
	const struct subject *b;
	unsigned *seen, now;	/* seen[node] == now: it is in this character's set */
	int *stack;
	int *list[2], n[2];
	int *anchors, nanchors;	/* put off until all is reached that needs none */
	int accepts, plain;	/* plain: without an anchor after the last character */
};

/* Adds what can be reached from the nodes on the stack. */
static void close_set(struct run *r, int which, int depth)
{
	while (depth) {
		int i = r->stack[--depth];
		const struct node *n = &r->b->p->nodes[i];

		if (r->seen[i] == r->now)
			continue;
		r->seen[i] = r->now;
		switch (n->type) {
		case END:
			r->accepts = 1;
			break;
		case CHAR: case ANY: case SET:
			r->list[which][r->n[which]++] = i;
			break;
		case ANCHOR:
			r->anchors[r->nanchors++] = i;
			break;
		default:
			if (n->next[1] >= 0)
				r->stack[depth++] = n->next[1];
			r->stack[depth++] = n->next[0];
		}
	}
}

static void add(struct run *r, int which, int node)
{
	r->stack[0] = node;
	close_set(r, which, 1);
}

static void pass_anchors(struct run *r, int which, int at)
{
	r->plain = r->accepts;
	while (r->nanchors) {
		const struct node *n = &r->b->p->nodes[r->anchors[--r->nanchors]];

		if (uk_re_around(r->b, at, n->around))
			add(r, which, n->next[0]);
	}
}

/* The longest match's end, -1 if there is none. With any, the first end that is found. */
static int longest(struct run *r, int start, int any, int *plain)
{
	const struct subject *b = r->b;
	int at = start, which = 0, best = -1, len;

	r->n[0] = 0;
	for (r->now++, add(r, 0, b->p->start);; which = !which) {
		pass_anchors(r, which, at);
		if (r->accepts)
			best = at, *plain = r->plain;
		r->accepts = 0;
		if (!r->n[which] || at >= b->stop || (any && best >= 0))
			return best;
		unsigned c = uk_re_char(b, at, &len);

		at += len;
		r->now++;
		r->n[!which] = 0;
		for (int i = 0; i < r->n[which]; i++) {
			const struct node *n = &b->p->nodes[r->list[which][i]];

			if (uk_re_consumes(b, n, c))
				add(r, !which, n->next[0]);
		}
	}
}

static int begins_character(const struct subject *b, int at)
{
	int len;

	if (!b->p->utf8 || at >= b->len || (b->s[at] & 0xc0) != 0x80)
		return 1;
	for (int back = 1; back <= 3 && back <= at; back++) {
		uk_re_decode(b->s + at - back, b->len - at + back, 1, &len);
		if (len > back)
			return 0;
		if ((b->s[at - back] & 0xc0) != 0x80)
			return 1;
	}
	return 1;
}

static int worth_trying(const struct subject *b, int at)
{
	if (at > b->stop || (!b->p->may_be_empty && (at >= b->stop || !(b->p->first[b->s[at] / 8] >> b->s[at] % 8 & 1))))
		return 0;
	return begins_character(b, at);
}

/*
 * Tries the places from start to last, in that order (last may be the lower
 * one). Returns 0 and the spans, REG_NOMATCH or REG_ESPACE.
 */
int uk_re_search(const struct subject *b, int start, int last, int nspans, struct span *spans)
{
	int n = b->p->n, step = last < start ? -1 : 1, end = -1, err = 0;
	struct run r = { .b = b };
	int few[64 * 7], plain = 0;
	void *memory = few;

	if (!b->p->backrefs && n > 64)
		memory = malloc((size_t)n * 7 * sizeof(int));
	if (!memory)
		return REG_ESPACE;
	if (!b->p->backrefs) {
		memset(memory, 0, n * sizeof(int));
		r.seen = memory;
		r.list[0] = (int *)memory + n;
		r.list[1] = r.list[0] + n;
		r.anchors = r.list[1] + n;
		r.stack = r.anchors + n;	/* each node is pushed by two edges at most, and the first */
	}
	for (int at = start;; at += step) {
		if (worth_trying(b, at)) {
			if (b->p->backrefs)
				err = uk_re_longest_backrefs(b, at, !nspans, &end);
			else
				end = longest(&r, at, !nspans, &plain);
		}
		if (err || end >= 0) {
			start = at;
			break;
		}
		if (at == last)
			break;
	}
	if (memory != few)
		free(memory);
	if (err || end < 0)
		return err ? err : REG_NOMATCH;
	if (!nspans)
		return 0;
	for (int i = 1; i < nspans; i++)
		spans[i].start = spans[i].end = -1;
	spans[0].start = start;
	spans[0].end = end;
	if (nspans == 1 || !b->p->ngroups)
		return 0;
	if (b->p->backrefs)
		err = uk_re_registers_backrefs(b, start, end, nspans, spans);
	else
		err = uk_re_registers(b, start, end, plain, nspans, spans);
	for (int i = 0; !err && i < b->p->ngroups && i + 1 < nspans; i++)
		if (b->p->map[i] != i)
			spans[i + 1] = b->p->map[i] + 1 < nspans ? spans[b->p->map[i] + 1] : (struct span){ -1, -1 };
	return err;
}
