/* get_mempolicy(2), set_mempolicy(2), mbind(2) of a machine with one node. Policies are kept and told with Linux's checks;
 * all of them come to the same pages. */
#include "kernel.h"
#include "permission.h"

enum { DEFAULT, PREFERRED, BIND, INTERLEAVE, LOCAL, PREFERRED_MANY, WEIGHTED_INTERLEAVE, MODES };

#define STATIC_NODES	0x8000	/* flags beside the mode */
#define RELATIVE_NODES	0x4000
#define BALANCING	0x2000
#define MODE_FLAGS	(STATIC_NODES | RELATIVE_NODES | BALANCING)

#define GET_NODE	1
#define GET_ADDRESS	2
#define GET_ALLOWED	4
#define BIND_MOVE_ALL	4
#define BIND_FLAGS	7

#define NODES_MAX	1024	/* MAX_NUMNODES of distributions' kernels */

/* A policy is a byte: the mode, and above it the three flags. Areas have it in their flags, where no MAP_* is. */
#define FLAGS_SHIFT	10
#define VMA_POLICY_SHIFT 24
#define VMA_POLICY	(0x3f << VMA_POLICY_SHIFT)
#define mode_of(policy)	((policy) & 7)

/* Of MAX - 1 nodes: is any named, and is node 0? */
static int nodes_load(const u64 *user, u64 max, bool *any, bool *ours)
{
	u64 bits = max - 1, seen = 0;

	*any = *ours = false;
	if (!bits || !user)
		return 0;
	if (bits > PAGE_SIZE * 8)
		return -EINVAL;
	CHECK_READ(user, (bits + 63) / 64 * 8);
	for (u64 i = 0; i < bits; i += 64) {
		u64 word = user[i / 64] & (bits - i < 64 ? (1UL << (bits - i)) - 1 : ~0UL);
		if (i >= NODES_MAX && word)
			return -EINVAL;
		seen |= word;
		if (!i)
			*ours = word & 1;
	}
	*any = seen;
	return 0;
}

static bool mode_known(u32 mode, u32 flags)
{
	if (mode >= MODES || (flags & STATIC_NODES && flags & RELATIVE_NODES))
		return false;
	return !(flags & BALANCING) || mode == BIND || mode == PREFERRED_MANY;
}

/* The policy that a program asks for, or an error (mm/mempolicy.c of Linux, mpol_new and mpol_set_nodemask). */
static int policy_make(u32 asked, const u64 *user, u64 max)
{
	u32 flags = asked & MODE_FLAGS, mode = asked & ~MODE_FLAGS;
	bool any, ours, counted = flags & (STATIC_NODES | RELATIVE_NODES);

	if (!mode_known(mode, flags))
		return -EINVAL;
	int err = nodes_load(user, max, &any, &ours);
	if (err)
		return err;
	if (mode == DEFAULT)
		return any ? -EINVAL : 0;
	if (mode == PREFERRED && !any)
		mode = LOCAL;
	if (mode == LOCAL)
		return any || counted ? -EINVAL : LOCAL;
	if (!ours && !(any && flags & RELATIVE_NODES))	/* relative ones wrap around */
		return -EINVAL;
	return mode | flags >> FLAGS_SHIFT;
}

long sys_set_mempolicy(u32 mode, const u64 *nodes, u64 max)
{
	KERNEL_LOCK();
	int policy = policy_make(mode, nodes, max);
	if (policy < 0)
		return policy;
	current()->mempolicy = policy;
	return 0;
}
SYSCALL(238, set_mempolicy, FULL);

/* No page is on another node, so that there is nothing to move. */
long sys_mbind(u64 start, u64 len, u32 mode, const u64 *nodes, u64 max, u32 flags)
{
	KERNEL_LOCK();
	int policy = policy_make(mode, nodes, max);
	if (policy < 0 && (policy == -EFAULT || !(start & (PAGE_SIZE - 1))))
		return policy;
	if (flags & ~BIND_FLAGS)
		return -EINVAL;
	if (flags & BIND_MOVE_ALL && !capable(CAP_SYS_NICE))
		return -EPERM;
	u64 end = start + align_up(len, (u64)PAGE_SIZE);
	if (start & (PAGE_SIZE - 1) || end < start)
		return -EINVAL;
	for (u64 at = start; at < end;) {
		struct vma *v = vma_find(at);
		if (!v)
			return -EFAULT;
		at = v->end;
	}
	int err = start == end ? 0 : vm_mark(start, end, VMA_POLICY, false);
	return err || start == end ? err : vm_mark(start, end, policy << VMA_POLICY_SHIFT, true);
}
SYSCALL(237, mbind, FULL);

/* One set of nodes for a program, of MAX - 1 bits. */
static int nodes_store(u64 *user, u64 max, u64 nodes)
{
	u64 bytes = align_up(max - 1, 64UL) / 8;

	if (bytes > PAGE_SIZE)
		return -EINVAL;
	CHECK_WRITE(user, bytes);
	memset(user, 0, bytes);
	if (bytes)
		*user = nodes;
	return 0;
}

/* What the first result is: a policy, or a node. */
static int answer(const void *addr, u32 flags, int policy)
{
	if (!(flags & GET_NODE))
		return mode_of(policy) | (policy & ~7) << FLAGS_SHIFT;
	if (flags & GET_ADDRESS)	/* of the page that is there, or then is */
		return user_ok(addr, 1, PROT_READ) ? 0 : -EFAULT;
	return mode_of(policy) == INTERLEAVE || mode_of(policy) == WEIGHTED_INTERLEAVE ? 0 : -EINVAL;
}

long sys_get_mempolicy(int *result, u64 *nodes, u64 max, const void *addr, u32 flags)
{
	int policy = current()->mempolicy, first = 0;

	KERNEL_LOCK();
	if ((nodes && !max) || flags & ~(GET_NODE | GET_ADDRESS | GET_ALLOWED) ||
	    (flags & GET_ALLOWED ? flags & (GET_NODE | GET_ADDRESS) : addr && !(flags & GET_ADDRESS)))
		return -EINVAL;
	if (flags & GET_ADDRESS) {
		struct vma *v = vma_find((u64)addr);
		if (!v)
			return -EFAULT;
		policy = (v->flags & VMA_POLICY) >> VMA_POLICY_SHIFT;
	}
	if (!(flags & GET_ALLOWED) && (first = answer(addr, flags, policy)) < 0)
		return first;
	if (result) {
		CHECK_WRITE(result, sizeof(*result));
		*result = first;
	}
	bool ours = flags & GET_ALLOWED || (mode_of(policy) != DEFAULT && mode_of(policy) != LOCAL);
	return nodes ? nodes_store(nodes, max, ours) : 0;
}
SYSCALL(239, get_mempolicy, FULL);
