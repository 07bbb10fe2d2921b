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
	bool on_it = !(a->flags & SS_DISABLE) && sp - a->sp <= a->size;
	struct altstack was = *a;

	was.flags = a->flags & SS_DISABLE ? SS_DISABLE : on_it ? SS_ONSTACK : 0;
	if (new) {
		CHECK_READ(new, sizeof(*new));
		if (on_it)
			return -EPERM;
		if (new->flags & ~(SS_DISABLE | SS_ONSTACK | (int)0x80000000))
			return -EINVAL;
		if (!(new->flags & SS_DISABLE) && new->size < MINSIGSTKSZ)
			return -ENOMEM;
		*a = *new;
		a->flags &= SS_DISABLE;
	}
	if (old) {
		CHECK_WRITE(old, sizeof(*old));
		*old = was;
	}
	return 0;
}
SYSCALL(131, sigaltstack);
