/* What is no direct call of six arguments: raw system calls, threads of the C library, signals. */
#include "kernel.h"
#include "signal.h"
#include "trace.h"

#define NR_CLONE	56
#define NR_EXIT		60

long sys_dynamic(long nr, long a, long b, long c, long d, long e, long f);
long sys_clone_thread(int (*fn)(void *), void *stack, int flags, void *arg, int *ptid, void *tls, int *ctid);
noreturn void sys_unmap_exit(void *base, size_t len);
void trace_signal(int sig, const struct siginfo *info);

long trc_dynamic(long nr, long a, long b, long c, long d, long e, long f)
{
	u64 args[] = { a, b, c, d, e, f };
	long result;

	trace_enter(nr, args);
	result = sys_dynamic(nr, a, b, c, d, e, f);
	trace_leave(nr, args, result);
	return result;
}

long trc_clone_thread(int (*fn)(void *), void *stack, int flags, void *arg, int *ptid, void *tls, int *ctid)
{
	u64 args[] = { flags, (u64)stack, (u64)ptid, (u64)ctid, (u64)tls, 0 };
	long result;

	trace_enter(NR_CLONE, args);
	result = sys_clone_thread(fn, stack, flags, arg, ptid, tls, ctid);
	trace_leave(NR_CLONE, args, result);
	return result;
}

noreturn void trc_unmap_exit(void *base, size_t len)
{
	u64 args[6] = { 0 };

	trace_enter(NR_EXIT, args);
	sys_unmap_exit(base, len);
}

/* In arch/x86_64/signal_frame.c in the place of signal_take(): what is about to be delivered. */
int sigtrc_take(u64 set, struct siginfo *info)
{
	int sig = signal_take(set, info);

	if (sig && !signal_ignored(sig))
		trace_signal(sig, info);
	return sig;
}
