/* rt_sigpending(2) */
#include "kernel.h"
#include "signal.h"

u64 signal_process_pending(void);

long sys_rt_sigpending(u64 *set, size_t size)
{
	KERNEL_LOCK();
	struct signal_state *s = signal_state(current());

	u64 pending = (s->pending | signal_process_pending()) & s->blocked;

	if (size > 8)
		return -EINVAL;
	CHECK_WRITE(set, size);
	memcpy(set, &pending, size);
	return 0;
}
SYSCALL(127, rt_sigpending, FULL);
