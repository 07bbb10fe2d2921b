/* capget(2), capset(2) */
#include "kernel.h"
#include "permission.h"

#define VERSION_1	0x19980330	/* one word */
#define VERSION_2	0x20071026	/* two */
#define VERSION_3	0x20080522

struct header { u32 version; int pid; };
struct data { u32 effective, permitted, inheritable; };

/* How many words, or 0, and then the version to use is written back. */
static int words(struct header *h)
{
	switch (h->version) {
	case VERSION_1:
		return 1;
	case VERSION_2:
	case VERSION_3:
		return 2;
	}
	h->version = VERSION_3;
	return 0;
}

static const struct identity *identity_at(int pid)
{
	struct thread *t;

	list_each(t, &all_threads, all)
		if (t->tid == pid)
			return identity_of(t);
	return NULL;
}

long sys_capget(struct header *h, struct data *d)
{
	KERNEL_LOCK();
	CHECK_WRITE(h, sizeof(*h));
	int n = words(h);
	if (!n)
		return d ? -EINVAL : 0;
	if (h->pid < 0)
		return -EINVAL;
	const struct identity *id = h->pid ? identity_at(h->pid) : identity();
	if (!id)
		return -ESRCH;
	if (!d)
		return 0;
	CHECK_WRITE(d, n * sizeof(*d));
	for (int i = 0; i < n; i++)
		d[i] = (struct data){ id->in_effect >> 32 * i, id->permitted >> 32 * i, id->inheritable >> 32 * i };
	return 0;
}
SYSCALL(125, capget, FULL);

long sys_capset(struct header *h, const struct data *d)
{
	KEEP(permission_anchor);
	KERNEL_LOCK();
	u64 effective = 0, permitted = 0, inheritable = 0;

	CHECK_WRITE(h, sizeof(*h));
	int n = words(h);
	if (!n)
		return -EINVAL;
	if (h->pid && h->pid != current()->tid)
		return -EPERM;
	CHECK_READ(d, n * sizeof(*d));
	for (int i = 0; i < n; i++) {
		effective |= (u64)d[i].effective << 32 * i;
		permitted |= (u64)d[i].permitted << 32 * i;
		inheritable |= (u64)d[i].inheritable << 32 * i;
	}
	effective &= CAP_ALL;
	permitted &= CAP_ALL;
	inheritable &= CAP_ALL;
	if ((!capable(CAP_SETPCAP) && inheritable & ~(identity()->inheritable | identity()->permitted)) ||
	    inheritable & ~(identity()->inheritable | identity()->bounding) ||
	    permitted & ~identity()->permitted || effective & ~permitted)
		return -EPERM;
	struct identity *me = identity_change();
	if (!me)
		return -ENOMEM;
	me->in_effect = effective;
	me->permitted = permitted;
	me->inheritable = inheritable;
	me->ambient &= permitted & inheritable;
	return 0;
}
SYSCALL(126, capset, FULL);
