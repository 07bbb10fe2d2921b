/* kernel/kit/lockcheck/order.h by itself: two threads and three locks. */
#include <stdio.h>
#include "../../../../kit/lockcheck/order.h"

static struct order_held one, two;
static const char a[1], b[1], c[1];

static void take(const char *what, struct order_held *h, const void *lock, const void *key)
{
	const void *wrong = order_taken(h, lock, key);

	printf("%s: %s\n", what, !wrong ? "fine" : wrong == a ? "a is above" : wrong == b ? "b is above" : wrong == c ? "c is above" : "?");
}

static void give(const char *what, struct order_held *h, const void *lock)
{
	printf("%s given back: %s\n", what, order_given(h, lock) ? "fine" : "not held");
}

int main(void)
{
	take("a", &one, a, a);
	take("b under a", &one, b, b);
	take("c", &two, c, c);
	take("another c under c", &two, &two, c);
	give("a", &one, a);
	give("b", &one, b);
	give("b", &one, b);
	take("b again", &one, b, b);
	take("c under b", &one, c, c);
	give("c", &two, c);
	give("another c", &two, &two);
	take("c by the other", &two, c, c);
	take("a under c", &two, a, a);
	for (int i = 0; i < 2 * ORDER_DEPTH; i++)
		order_taken(&one, a, a);
	printf("%d held at most\n", one.count);
	return 0;
}
