/* twalk() with an argument for the action. */
#include <search.h>

struct node {
	const void *key;
	void *child[2];
};

void __uk_twalk_r(const void *root, void (*action)(const void *, VISIT, void *), void *arg)
{
	const struct node *n = root;

	if (!n || !action)
		return;
	if (!n->child[0] && !n->child[1]) {
		action(n, leaf, arg);
		return;
	}
	action(n, preorder, arg);
	__uk_twalk_r(n->child[0], action, arg);
	action(n, postorder, arg);
	__uk_twalk_r(n->child[1], action, arg);
	action(n, endorder, arg);
}
