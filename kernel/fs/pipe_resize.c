/* F_SETPIPE_SZ (fcntl(2)). */
#include "kernel.h"
#include "permission.h"
#include "pipe.h"

#define LARGEST		(1UL << 20)	/* /proc/sys/fs/pipe-max-size */

/* Whole pages, and as many as a power of two. */
static u64 rounded(u32 size)
{
	u64 n = PAGE_SIZE;

	while (n < size)
		n *= 2;
	return n;
}

long pipe_resize(struct pipe *p, u32 size)
{
	if (size > 1U << 31)
		return -EINVAL;
	u64 bytes = rounded(size);
	u32 count = bytes / PAGE_SIZE;
	if (count > p->count && bytes > LARGEST && !capable(CAP_SYS_RESOURCE))
		return -EPERM;
	pipe_enter(p);
	struct pipe_slot *new = count < p->used ? NULL : kmalloc(count * sizeof(*new));
	if (!new) {
		pipe_leave(p);
		return count < p->used ? -EBUSY : -ENOMEM;
	}
	for (u32 i = 0; i < p->used; i++)
		new[i] = *pipe_slot(p, i);
	if (p->slots != p->first_slots)
		kfree(p->slots);
	p->slots = new;
	p->first = 0;
	p->count = count;
	wake_all_for(&p->write_q, PIPE_WRITE_EVENTS);
	pipe_leave(p);
	return bytes;
}
