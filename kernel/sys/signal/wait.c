/* rt_sigtimedwait(2), rt_sigsuspend(2), pause(2) */
#include "kernel.h"
#include "signal.h"
#include "sigtimer.h"

static struct waitq sleepers = WAITQ_INIT(sleepers);

long sys_rt_sigtimedwait(const u64 *set, struct siginfo *info, const struct timespec *timeout, size_t size)
{
	KERNEL_LOCK();
	KEEP(signal_send_info);
	ns_t deadline = FOREVER;
	struct siginfo got;
	bool err = false;

	if (size != 8)
		return -EINVAL;
	CHECK_READ(set, 8);
	u64 wanted = *set & ~(SIGBIT(SIGKILL) | SIGBIT(SIGSTOP));
	if (timeout) {
		CHECK_READ(timeout, sizeof(*timeout));
		if (!timespec_ok(timeout))
			return -EINVAL;
		deadline = now_monotonic() + timespec_ns(timeout);
	}
	for (;;) {
		int sig = signal_take(wanted, &got);
		if (sig) {
			if (info) {
				CHECK_WRITE(info, sizeof(*info));
				*info = got;
			}
			return sig;
		}
		if (signal_pending())
			return -EINTR;
		if (err)
			return -EAGAIN;
		struct signal_state *s = signal_state(current());
		s->awaited = wanted;
		err = wait_on(&sleepers, deadline, true) == -ETIMEDOUT;
		s->awaited = 0;
	}
}
SYSCALL(128, rt_sigtimedwait, FULL);

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
SYSCALL(130, rt_sigsuspend, FULL);

long sys_pause(void)
{
	KERNEL_LOCK();
	while (wait_on(&sleepers, FOREVER, true) != -EINTR)
		;
	return -EINTR;
}
SYSCALL(34, pause, FULL);
