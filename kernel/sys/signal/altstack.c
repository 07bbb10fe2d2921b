/* sigaltstack(2) */
#include "kernel.h"
#include "signal.h"

#define MINSIGSTKSZ 2048

long sys_sigaltstack(const struct altstack *new, struct altstack *old)
{
	KERNEL_LOCK();
	KEEP(signal_send_info);
	struct altstack *a = &signal_state(current())->alt;
	struct regs *r = current()->user_regs;
	u64 sp = r ? r->rsp : (u64)__builtin_frame_address(0);
	bool on_it = !(a->flags & (SS_DISABLE | SS_AUTODISARM)) && sp - a->sp <= a->size;
	struct altstack was = *a;

	was.flags = a->flags | (on_it ? SS_ONSTACK : 0);
	if (new) {
		CHECK_READ(new, sizeof(*new));
		if (on_it)
			return -EPERM;
		int mode = new->flags & ~SS_AUTODISARM;
		if (mode != SS_DISABLE && mode != SS_ONSTACK && mode)
			return -EINVAL;
		bool same = new->sp == a->sp && new->size == a->size && new->flags == (a->flags & ~SS_DISABLE);
		if (mode != SS_DISABLE && !same && new->size < MINSIGSTKSZ)
			return -ENOMEM;
		if (!same) {
			*a = *new;
			a->flags &= ~SS_ONSTACK;
		}
		if (mode == SS_DISABLE)
			a->sp = a->size = 0;
	}
	if (old) {
		CHECK_WRITE(old, sizeof(*old));
		*old = was;
	}
	return 0;
}
SYSCALL(131, sigaltstack, FULL);
