/*
 * Submatches of a match whose start and end are known: first backwards, which
 * nodes lead to the end from each place, then forwards, the first such node at
 * each fork. Where the end can be had without passing an anchor after the last
 * character, GNU looks at no other way there: (x|$)? has no submatch at the end.
 */
#include <stdlib.h>
#include <string.h>
#include "regex.h"

/* What passing a node at a place does to the submatches. */
void uk_re_step(const struct node *n, int at, int nspans, struct span *s, struct span *prev)
{
	int g = n->group + 1;

	if ((n->type != OPEN && n->type != CLOSE) || g >= nspans)
		return;
	if (n->type == OPEN) {
		s[g] = (struct span){ at, -1 };
	} else if (s[g].start < at) {
		s[g].end = at;
		memcpy(prev, s, nspans * sizeof *s);
	} else if (n->optional && prev[g].start != -1) {
		/* An empty repetition, as in (a?)*, after one that was not: it never was. */
		memcpy(s, prev, nspans * sizeof *s);
	} else {
		s[g].end = at;
	}
}

#define HAS(set, i) ((set)[(i) / 8] >> (i) % 8 & 1)

/* Adds to set what leads into it without a character. Nodes are mostly numbered before their successors. */
static void close_backwards(const struct subject *b, unsigned char *set, int at, int anchors)
{
	for (int changed = 1; changed;) {
		changed = 0;
		for (int i = b->p->n - 1; i >= 0; i--) {
			const struct node *n = &b->p->nodes[i];

			if (n->type < FORK || n->type == END || HAS(set, i))
				continue;
			if (!HAS(set, n->next[0]) && (n->next[1] < 0 || !HAS(set, n->next[1])))
				continue;
			if (n->type == ANCHOR && !(anchors && uk_re_around(b, at, n->around)))
				continue;
			set[i / 8] |= 1 << i % 8;
			changed = 1;
		}
	}
}

static void backwards(const struct subject *b, unsigned char *sets, size_t width, int start, int end, int plain)
{
	int len;

	for (int at = end; at >= start; at--) {
		unsigned char *set = sets + (at - start) * width;

		if (at == end) {
			for (int i = 0; i < b->p->n; i++)
				if (b->p->nodes[i].type == END)
					set[i / 8] |= 1 << i % 8;
		} else {
			unsigned c = uk_re_char(b, at, &len);

			if (at + len > end)
				continue;
			for (int i = 0; i < b->p->n; i++) {
				const struct node *n = &b->p->nodes[i];

				if (n->type <= SET && HAS(set + len * width, n->next[0]) && uk_re_consumes(b, n, c))
					set[i / 8] |= 1 << i % 8;
			}
		}
		close_backwards(b, set, at, at != end || !plain);
	}
}

/* The successor of a node that consumes nothing. via: nodes passed since the last character. */
static int choose(const struct node *n, const unsigned char *set, const unsigned char *via)
{
	int first = HAS(set, n->next[0]), second = n->next[1] >= 0 && HAS(set, n->next[1]);

	if (first && second)
		return HAS(via, n->next[0]) ? n->next[1] : n->next[0];
	return first ? n->next[0] : n->next[1];
}

int uk_re_registers(const struct subject *b, int start, int end, int plain, int nspans, struct span *s)
{
	size_t width = b->p->n / 8 + 1, bytes;
	unsigned char *sets, *via;
	struct span *prev;
	int node = b->p->start, len;

	if (nspans > b->p->ngroups + 1)
		nspans = b->p->ngroups + 1;
	if (__builtin_mul_overflow(width, (size_t)(end - start) + 2, &bytes) || !(sets = calloc(1, bytes + nspans * sizeof *prev + 16)))
		return REG_ESPACE;
	via = sets + bytes - width;
	prev = (void *)(((unsigned long)sets + bytes + 7) & ~7UL);
	memcpy(prev, s, nspans * sizeof *s);
	backwards(b, sets, width, start, end, plain);
	for (int at = start; b->p->nodes[node].type != END;) {
		const struct node *n = &b->p->nodes[node];

		uk_re_step(n, at, nspans, s, prev);
		if (n->type <= SET) {
			uk_re_char(b, at, &len);
			at += len;
			node = n->next[0];
			memset(via, 0, width);
		} else {
			via[node / 8] |= 1 << node % 8;
			node = choose(n, sets + (at - start) * width, via);
		}
	}
	free(sets);
	return 0;
}
