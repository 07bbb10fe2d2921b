/*
 * Search trees in glibc's shape: red and black, with nodes split on the way down. twalk() shows a program where each node is, and a
 * comparison how often it is called. tdestroy(), which is musl's, and twalk_r.c know the first two members.
 */
#include <search.h>
#include <stdlib.h>

struct node {
	const void *key;
	struct node *child[2];
	int red;
};

enum { DEEPEST = 128 };	/* no path is more than twice as long as another */

static int is_red(const struct node *n) { return n && n->red; }

/*
 * A node with two red children takes their color. If its parent is red as well, one of the three is put above the others.
 * SIDE and GRAND_SIDE are the ways taken from the parent and the grandparent. A new node is red in any case.
 */
static void split(struct node **at, struct node **parent, struct node **grand, int side, int grand_side, int is_new)
{
	struct node *n = *at, *p, *g;

	if (!is_new && !(is_red(n->child[0]) && is_red(n->child[1])))
		return;
	n->red = 1;
	for (int i = 0; i < 2; i++)
		if (n->child[i])
			n->child[i]->red = 0;
	if (!parent || !(*parent)->red)
		return;
	p = *parent, g = *grand;
	g->red = 1;
	if (side == grand_side) {
		*grand = p;
		p->red = 0;
		g->child[side] = p->child[!side];
		p->child[!side] = g;
	} else {
		*grand = n;
		n->red = 0;
		p->child[side] = n->child[!side];
		n->child[!side] = p;
		g->child[grand_side] = n->child[side];
		n->child[side] = g;
	}
}

void *tsearch(const void *key, void **root, int (*compare)(const void *, const void *))
{
	struct node **at = (struct node **)root, **parent = NULL, **grand = NULL, **next = at, *n;
	int side = 0, parent_side = 0, c;

	if (!root)
		return NULL;
	if (*at)
		(*at)->red = 0;
	while ((n = *at)) {
		if (!(c = compare(key, n->key)))
			return n;
		/* Where this turns something, the parents are not looked at again. */
		split(at, parent, grand, side, parent_side, 0);
		next = &n->child[c > 0];
		if (!*next) {
			parent_side = side, side = c > 0;
			break;
		}
		grand = parent, parent = at, at = next;
		parent_side = side, side = c > 0;
	}
	if (!(n = malloc(sizeof *n)))
		return NULL;
	*n = (struct node){ .key = key, .red = 1 };
	*next = n;
	if (next != at)
		split(next, at, parent, side, parent_side, 1);
	return n;
}

void *tfind(const void *key, void *const *root, int (*compare)(const void *, const void *))
{
	struct node *n = root ? *root : NULL;
	int c;

	while (n && (c = compare(key, n->key)))
		n = n->child[c > 0];
	return n;
}

/* The tree below *STACK[DEPTH - 1] has a black node less where R is, which may be NULL. */
static void balance(struct node **stack[], int depth, struct node *r)
{
	while (depth > 0 && !is_red(r)) {
		struct node **at = stack[depth - 1], *p = *at, *q, *near;
		int side = r != p->child[0];

		q = p->child[!side];
		if (q->red) {	/* make it black, and look again one deeper */
			q->red = 0, p->red = 1;
			p->child[!side] = q->child[side];
			q->child[side] = p;
			*at = q;
			stack[depth++] = at = &q->child[side];
			q = p->child[!side];
		}
		if (!is_red(q->child[0]) && !is_red(q->child[1])) {
			q->red = 1;
			r = p;
			depth--;
			continue;
		}
		if (!is_red(q->child[!side])) {
			near = q->child[side];
			q->child[side] = near->child[!side];
			near->child[!side] = q;
			near->red = p->red;
			q = near;
		} else {
			q->red = p->red;
			q->child[!side]->red = 0;
		}
		p->red = 0;
		p->child[!side] = q->child[side];
		q->child[side] = p;
		*at = q;
		return;
	}
	if (r)
		r->red = 0;
}

/* The parent of the node that goes, or what was the root. */
void *tdelete(const void *restrict key, void **restrict root, int (*compare)(const void *, const void *))
{
	struct node **stack[DEEPEST], **at = (struct node **)root, *n, *parent, *gone, *r;
	int depth = 0, c;

	if (!root || !*root)
		return NULL;
	parent = n = *at;
	while ((c = compare(key, n->key))) {
		stack[depth++] = at;
		parent = n;
		at = &n->child[c > 0];
		if (!(n = *at))
			return NULL;
	}
	gone = n;
	if (n->child[0] && n->child[1]) {	/* its successor's node goes in its place */
		stack[depth++] = at;
		for (at = &n->child[1]; (*at)->child[0]; at = &(*at)->child[0])
			stack[depth++] = at;
		gone = *at;
	}
	r = gone->child[0] ? gone->child[0] : gone->child[1];
	*at = r;
	n->key = gone->key;
	if (!gone->red)
		balance(stack, depth, r);
	free(gone);
	return parent;
}

static void walk(const struct node *n, void (*action)(const void *, VISIT, int), int depth)
{
	if (!n->child[0] && !n->child[1]) {
		action(n, leaf, depth);
		return;
	}
	action(n, preorder, depth);
	if (n->child[0])
		walk(n->child[0], action, depth + 1);
	action(n, postorder, depth);
	if (n->child[1])
		walk(n->child[1], action, depth + 1);
	action(n, endorder, depth);
}

void twalk(const void *root, void (*action)(const void *, VISIT, int))
{
	if (root && action)
		walk(root, action, 0);
}
