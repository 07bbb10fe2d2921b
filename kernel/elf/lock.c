/* The loader lock: constructors run under it and may load further libraries. */
#include "dynlink.h"

static struct thread *owner;
static unsigned depth;
static struct waitq waiting = WAITQ_INIT(waiting);

void loader_lock(void)
{
	KERNEL_LOCK();
	while (owner && owner != current())
		wait_on(&waiting, FOREVER, false);
	owner = current();
	depth++;
}

void loader_unlock(void)
{
	KERNEL_LOCK();
	if (--depth == 0) {
		owner = NULL;
		wake_one(&waiting);
	}
}
