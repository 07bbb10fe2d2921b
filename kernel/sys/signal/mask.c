/* rt_sigprocmask(2), rt_sigpending(2). Programs that never catch a signal may
 * still block some: this does not pull delivery in. */
#include "kernel.h"
#include "signal.h"

#define SIG_BLOCK 0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2

/* core/signal/send.c, when linked. */
OPTIONAL struct signal_state *signal_state(struct thread *t)
{
	static struct signal_state unused;

	(void)t;
	return &unused;
}

long sys_rt_sigprocmask(int how, const u64 *set, u64 *old, size_t size)
{
	KERNEL_LOCK();
	u64 *blocked = &signal_state(current())->blocked, was = *blocked;

	if (size != 8)
		return -EINVAL;
	if (set) {
		CHECK_READ(set, 8);
		u64 m = *set;
		if (how == SIG_BLOCK)
			m |= was;
		else if (how == SIG_UNBLOCK)
			m = was & ~m;
		else if (how != SIG_SETMASK)
			return -EINVAL;
		*blocked = m & ~(SIGBIT(SIGKILL) | SIGBIT(SIGSTOP));
	}
	if (old) {
		CHECK_WRITE(old, 8);
		*old = was;
	}
	return 0;
}
SYSCALL(14, rt_sigprocmask, FULL);
