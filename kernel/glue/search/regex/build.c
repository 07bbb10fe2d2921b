/* Tree -> nodes. All walks go by the trees' links, as sequences of thousands are deep on one side. */
#include <stdlib.h>
#include <string.h>
#include "regex.h"

static struct tree *first_in_postorder(struct tree *t)
{
	while (t->left || t->right)
		t = t->left ? t->left : t->right;
	return t;
}

/* The tree after t in postorder, NULL after root. */
static struct tree *next_in_postorder(struct tree *t, struct tree *root)
{
	struct tree *up = t->parent;

	if (t == root)
		return NULL;
	return t != up->right && up->right ? first_in_postorder(up->right) : up;
}

static struct tree *next_in_preorder(struct tree *t, struct tree *root)
{
	if (t->left || t->right)
		return t->left ? t->left : t->right;
	for (struct tree *last = t; last != root; last = t) {
		t = last->parent;
		if (t->right && t->right != last)
			return t->right;
	}
	return NULL;
}

/* ((x)): both groups have the same submatch, so the inner one is dropped. */
static void merge_groups(struct tree *root, int *map)
{
	for (struct tree *t = root; t; t = next_in_preorder(t, root)) {
		if (t->type == BACKREF)
			t->group = map[t->group];
		while (t->type == GROUP && t->left && t->left->type == GROUP) {
			map[t->left->group] = map[t->group];
			t->left = t->left->left;
			if (t->left)
				t->left->parent = t;
		}
	}
}

static struct tree *mark(struct parser *p, const struct tree *group, int type)
{
	struct tree *t = uk_re_tree(p, type, NULL, NULL);

	if (t) {
		t->group = group->group;
		t->optional = group->optional;
	}
	return t;
}

/* A group becomes the sequence OPEN, its contents, CLOSE. */
static int lower(struct parser *p, struct tree *g)
{
	struct tree *open = mark(p, g, OPEN), *close = mark(p, g, CLOSE), *rest = close;

	if (close && g->left)
		rest = uk_re_tree(p, CONCAT, g->left, close);
	if (!open || !rest)
		return REG_ESPACE;
	g->type = CONCAT;
	g->left = open;
	g->right = rest;
	open->parent = rest->parent = g;
	return 0;
}

static int lower_groups(struct parser *p, struct tree *root)
{
	for (struct tree *t = first_in_postorder(root); t; t = next_in_postorder(t, root))
		if (t->type == GROUP && lower(p, t))
			return REG_ESPACE;
	return 0;
}

static int number_nodes(struct tree *root)
{
	int n = 0;

	for (struct tree *t = first_in_postorder(root); t; t = next_in_postorder(t, root)) {
		if (t->type == CONCAT) {
			t->first = t->left->first;
			t->node = t->left->node;
		} else {
			t->first = t;
			t->node = n++;
		}
	}
	return n;
}

static void link_next(struct tree *root)
{
	for (struct tree *t = root; t; t = next_in_preorder(t, root)) {
		if (t->type == CONCAT) {
			t->left->next = t->right->first;
			t->right->next = t->next;
			continue;
		}
		if (t->left)
			t->left->next = t->type == LOOP ? t : t->next;
		if (t->right)
			t->right->next = t->next;
	}
}

static void edges(struct node *n, const struct tree *t)
{
	int a, b = t->next ? t->next->node : -1;

	n->next[0] = b;
	n->next[1] = -1;
	if (t->type != LOOP && t->type != FORK)
		return;
	a = t->left ? t->left->first->node : b;
	if (t->type == FORK && t->right)
		b = t->right->first->node;
	n->next[0] = a < b ? a : b;
	if (a != b)
		n->next[1] = a < b ? b : a;
}

int uk_re_build(struct program *g, struct parser *p, struct tree *root, int no_sub)
{
	if (p->groups) {
		if (!(g->map = uk_re_alloc(&g->arena, p->groups * sizeof *g->map)))
			return REG_ESPACE;
		for (int i = 0; i < p->groups; i++)
			g->map[i] = i;
		if (!no_sub)
			merge_groups(root, g->map);
		if (lower_groups(p, root))
			return REG_ESPACE;
	}
	g->n = number_nodes(root);
	link_next(root);
	if (!(g->nodes = calloc(g->n, sizeof *g->nodes)))
		return REG_ESPACE;
	for (struct tree *t = root; t; t = next_in_preorder(t, root)) {
		struct node *n = &g->nodes[t->node];

		if (t->type == CONCAT)
			continue;
		n->type = t->type;
		n->optional = t->optional;
		n->set = t->set;
		edges(n, t);
	}
	g->start = root->first->node;
	return 0;
}
