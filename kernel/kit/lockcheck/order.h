/* The order of locks: which was ever taken while which was held. Nothing of the kernel's is used here: a test of the host
 * compiles it as well (kernel/core/thread/test/lockorder_test.go). */
#ifndef ORDER_H
#define ORDER_H

#define ORDER_CLASSES	64	/* locks that are taken by the same rule; a bit each */
#define ORDER_DEPTH	16	/* locks that one thread holds at once */

struct order_held {
	int count;
	const void *lock[ORDER_DEPTH];
	unsigned char class[ORDER_DEPTH];
};

static const void *order_class[ORDER_CLASSES];
static int order_classes;
static unsigned long order_after[ORDER_CLASSES];	/* by class: those that were taken while it was held */

/* The number of the class that KEY stands for, or -1: there are too many. */
static int order_number(const void *key)
{
	int i;

	for (i = 0; i < order_classes; i++)
		if (order_class[i] == key)
			return i;
	if (i == ORDER_CLASSES)
		return -1;
	order_class[order_classes++] = key;
	return i;
}

/* All that follow on class FROM, on whatever way. */
static unsigned long order_reach(int from)
{
	unsigned long seen = order_after[from], before = 0;

	while (seen != before) {
		before = seen;
		for (int i = 0; i < order_classes; i++)
			if (before >> i & 1)
				seen |= order_after[i];
	}
	return seen;
}

/* LOCK, of class KEY, was taken. The class that is held though it has been taken under this one before, else NULL.
 * Locks of the same class may be held together: their order is nobody's rule. */
static const void *order_taken(struct order_held *h, const void *lock, const void *key)
{
	int class = order_number(key);
	const void *wrong = 0;

	if (class < 0 || h->count == ORDER_DEPTH)
		return key;
	for (int i = 0; i < h->count; i++) {
		int held = h->class[i];
		if (held == class)
			continue;
		if (order_reach(class) >> held & 1)
			wrong = order_class[held];
		order_after[held] |= 1UL << class;
	}
	h->lock[h->count] = lock;
	h->class[h->count++] = class;
	return wrong;
}

/* 0: it was not held. */
static int order_given(struct order_held *h, const void *lock)
{
	for (int i = h->count - 1; i >= 0; i--) {
		if (h->lock[i] != lock)
			continue;
		for (h->count--; i < h->count; i++) {
			h->lock[i] = h->lock[i + 1];
			h->class[i] = h->class[i + 1];
		}
		return 1;
	}
	return 0;
}

#endif
