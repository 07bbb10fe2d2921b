/* Threads share an identity until one of them changes its own. */
#include "identity.h"
#include "kernel.h"
#include "list.h"

struct own {
	struct identity identity;
	struct own *next;
};
static struct own *all;

static unsigned threads_of(const struct identity *i)
{
	struct thread *t;
	unsigned n = 0;

	list_each(t, &all_threads, all)
		n += t->identity == i;
	return n;
}

/* No thread tells when it ends: what none has any more goes here. */
static void collect(void)
{
	for (struct own **at = &all, *o; (o = *at);) {
		if (threads_of(&o->identity)) {
			at = &o->next;
			continue;
		}
		*at = o->next;
		kfree(o->identity.groups);
		kfree(o);
	}
}

struct identity *identity_change(void)
{
	struct identity *was = identity();
	size_t bytes = was->group_count * sizeof(*was->groups);

	if (was != &identity_first && threads_of(was) == 1)
		return was;
	collect();
	struct own *new = kmalloc(sizeof(*new));
	u32 *groups = bytes ? kmalloc(bytes) : NULL;
	if (!new || (bytes && !groups)) {
		kfree(new);
		kfree(groups);
		return NULL;
	}
	new->identity = *was;
	new->identity.groups = groups;
	memcpy(groups, was->groups, bytes);
	new->next = all;
	all = new;
	return current()->identity = &new->identity;
}
