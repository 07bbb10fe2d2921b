/* Threads of the libc inside the kernel: musl's __clone ends here. */
#include "kernel.h"
#include "x86.h"

long clone_with(const struct regs *r, u64 flags, int *ptid, int *ctid, u64 tls);
long sys_exit(int code);

/* On the new thread's own stack. */
static void thread_main(int (*fn)(void *), void *arg)
{
	sys_exit(fn(arg));
}

long sys_clone_thread(int (*fn)(void *), void *stack, int flags, void *arg, int *ptid, void *tls, int *ctid)
{
	KERNEL_LOCK();
	KEEP(raw_exit_anchor);
	KEEP(user_lost_anchor);
	if (!(flags & CLONE_THREAD))
		return enosys("fork");
	struct regs r = {
		.rip = (u64)thread_main, .rdi = (u64)fn, .rsi = (u64)arg,
		.rsp = align_down((u64)stack, 16ul) - 8, .cs = SEL_UCODE, .ss = SEL_UDATA, .rflags = RFLAGS_RING3,
	};
	return clone_with(&r, flags, ptid, ctid, (u64)tls);
}
