/* Sockets by their numbers. */
#include "host.h"

#define BUCKETS	512

static struct list buckets[BUCKETS];	/* next is NULL: never used */

static struct list *bucket(u32 number)
{
	struct list *b = &buckets[number % BUCKETS];

	if (!b->next)
		list_init(b);
	return b;
}

void number_add(struct inet *i, u32 number)
{
	i->number = number;
	list_append(bucket(number), &i->numbered);
}

void number_remove(struct inet *i)
{
	list_remove(&i->numbered);
	i->number = 0;
}

struct inet *number_find(u32 number)
{
	struct inet *i;

	list_each(i, bucket(number), numbered)
		if (i->number == number)
			return i;
	return NULL;
}

void number_each(void (*f)(struct inet *i))
{
	struct list *next;

	for (unsigned k = 0; k < BUCKETS; k++)
		for (struct list *l = buckets[k].next; l && l != &buckets[k]; l = next) {
			next = l->next;
			f(container_of(l, struct inet, numbered));
		}
}
