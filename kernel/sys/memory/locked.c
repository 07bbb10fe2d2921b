/* Locked memory: nothing is ever swapped, so what counts is the limit, and what Linux refuses of such areas. */
#include "kernel.h"
#include "limits.h"
#include "locked.h"
#include "permission.h"

bool lock_future;

u64 locked_bytes(u64 start, u64 end)
{
	u64 sum = 0;

	for (unsigned i = 0; i < vma_count; i++) {
		u64 from = max(vmas[i]->start, start), to = min(vmas[i]->end, end);
		if (vmas[i]->flags & MAP_LOCKED && from < to)
			sum += to - from;
	}
	return sum;
}

int lock_allowed(u64 more, int err)
{
	u64 limit = rlimits[RLIMIT_MEMLOCK].soft;

	if (capable(CAP_IPC_LOCK))
		return 0;
	return !limit ? -EPERM : locked_bytes(0, ~0UL) + more > align_down(limit, (u64)PAGE_SIZE) ? err : 0;
}

int lock_mapping(u64 len, int *flags)
{
	bool asked = *flags & MAP_LOCKED;

	if (!asked && !lock_future)
		return 0;
	int err = lock_allowed(align_up(len, (u64)PAGE_SIZE), -EAGAIN);
	*flags |= MAP_LOCKED;
	return err == -EPERM && !asked ? -EAGAIN : err;
}

/* mremap.c: a locked area grows. */
int lock_grows(const struct vma *v, u64 more)
{
	return v->flags & MAP_LOCKED && lock_allowed(more, -EAGAIN) ? -EAGAIN : 0;
}
