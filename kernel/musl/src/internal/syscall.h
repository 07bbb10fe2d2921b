/*
 * musl's internal syscall.h with cancellation points that stay direct calls.
 *
 * musl sends every cancellable system call through one function with the
 * number as an argument, which would hide the number from the linker. Here a
 * cancellation point is: ask uk_cancel_before(), make the direct call, and ask
 * uk_cancel_interrupted() if it was interrupted. Both do nothing until
 * pthread_cancel() is linked (src/thread/pthread_cancel.c).
 */
#ifndef UK_INTERNAL_SYSCALL_H
#define UK_INTERNAL_SYSCALL_H

#include_next <syscall.h>
#include <errno.h>

/* 0, or -errno to return in the place of making the call. */
hidden long uk_cancel_before(long n);
/* What an interrupted call returns: -EINTR, or -ECANCELED. */
hidden long uk_cancel_interrupted(long n);

/* After -EINTR: did the handler that ran ask for a restart (SA_RESTART)? Nothing
 * can have run, and the answer is no, until signals are linked. */
hidden int sys_signal_restarts(void);

/* The calls that signal(7) lists as restarted. */
#define UK_RESTARTABLE(n) ((n) == SYS_read || (n) == SYS_readv || (n) == SYS_write || (n) == SYS_writev || \
	(n) == SYS_open || (n) == SYS_openat || (n) == SYS_wait4 || (n) == SYS_waitid || (n) == SYS_accept || \
	(n) == SYS_accept4 || (n) == SYS_connect || (n) == SYS_recvfrom || (n) == SYS_recvmsg || \
	(n) == SYS_sendto || (n) == SYS_sendmsg || (n) == SYS_flock || (n) == SYS_fcntl || (n) == SYS_futex)

#define UK_CANCELLABLE(n, call) ({ \
	long uk_r_ = uk_cancel_before(n); \
	if (!uk_r_) { \
		do uk_r_ = (call); \
		while (uk_r_ == -EINTR && UK_RESTARTABLE(n) && sys_signal_restarts()); \
		if (uk_r_ == -EINTR) uk_r_ = uk_cancel_interrupted(n); \
	} \
	uk_r_; })

#undef __syscall_cp0
#undef __syscall_cp1
#undef __syscall_cp2
#undef __syscall_cp3
#undef __syscall_cp4
#undef __syscall_cp5
#undef __syscall_cp6
#define __syscall_cp0(n) UK_CANCELLABLE(n, __syscall0(n))
#define __syscall_cp1(n,a) UK_CANCELLABLE(n, __syscall1(n,a))
#define __syscall_cp2(n,a,b) UK_CANCELLABLE(n, __syscall2(n,a,b))
#define __syscall_cp3(n,a,b,c) UK_CANCELLABLE(n, __syscall3(n,a,b,c))
#define __syscall_cp4(n,a,b,c,d) UK_CANCELLABLE(n, __syscall4(n,a,b,c,d))
#define __syscall_cp5(n,a,b,c,d,e) UK_CANCELLABLE(n, __syscall5(n,a,b,c,d,e))
#define __syscall_cp6(n,a,b,c,d,e,f) UK_CANCELLABLE(n, __syscall6(n,a,b,c,d,e,f))

/* One number a call, so no socketcall() fallback: the inline function musl
 * uses would keep both of its branches' calls. */
#undef __socketcall
#undef __socketcall_cp
#define __socketcall(nm, a, b, c, d, e, f) __syscall6(SYS_##nm, a, b, c, d, e, f)
#define __socketcall_cp(nm, a, b, c, d, e, f) __syscall_cp6(SYS_##nm, a, b, c, d, e, f)

#endif
