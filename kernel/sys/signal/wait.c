/* rt_sigtimedwait(2), rt_sigsuspend(2), pause(2) */
#include "kernel.h"
#include "signal.h"

static struct waitq sleepers = WAITQ_INIT(sleepers);

long sys_rt_sigtimedwait(const u64 *set, struct siginfo *info, const struct timespec *timeout, size_t size)
{
	KERNEL_LOCK();
	KEEP(signal_send_info);
	ns_t deadline = FOREVER;
	struct siginfo got;

	if (size != 8)
		return -EINVAL;
	CHECK_READ(set, 8);
	if (info)
		CHECK_WRITE(info, sizeof(*info));
	if (timeout) {
		CHECK_READ(timeout, sizeof(*timeout));
		if (timeout->tv_sec < 0 || (u64)timeout->tv_nsec >= 1000000000)
			return -EINVAL;
		deadline = now_monotonic() + timeout->tv_sec * 1000000000 + timeout->tv_nsec;
	}
	for (;;) {
		int sig = signal_take(*set, &got);
		if (sig) {
			if (info)
				*info = got;
			return sig;
		}
		struct signal_state *s = signal_state(current());
		u64 blocked = s->blocked;
		s->blocked &= ~*set;	/* so that these wake us */
		int err = wait_on(&sleepers, deadline, true);
		s->blocked = blocked;
		if (err == -ETIMEDOUT)
			return -EAGAIN;
		if (err == -EINTR && !(signal_deliverable(current()) == 0))
			return -EINTR;
	}
}
SYSCALL(128, rt_sigtimedwait);

long sys_rt_sigsuspend(const u64 *mask, size_t size)
{
	KERNEL_LOCK();
	KEEP(signal_send_info);
	struct signal_state *s = signal_state(current());

	if (size != 8)
		return -EINVAL;
	CHECK_READ(mask, 8);
	s->restore_mask = s->blocked;
	s->restore = true;
	signal_set_mask(*mask);
	while (wait_on(&sleepers, FOREVER, true) != -EINTR)
		;
	return -EINTR;
}
SYSCALL(130, rt_sigsuspend);

long sys_pause(void)
{
	KERNEL_LOCK();
	while (wait_on(&sleepers, FOREVER, true) != -EINTR)
		;
	return -EINTR;
}
SYSCALL(34, pause);
