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
/* What an interrupted call returns: -EINTR, or -ECANCELED; 1 if it is to be made again, as it may be if RESTARTABLE. */
hidden long uk_cancel_interrupted(long n, int restartable);

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
		while (uk_r_ == -EINTR && (uk_r_ = uk_cancel_interrupted(n, UK_RESTARTABLE(n))) == 1); \
	} \
	uk_r_; })

/* Calls that are no cancellation points. */
#define UK_RESTARTABLE_TOO(n) ((n) == SYS_open || (n) == SYS_flock || (n) == SYS_splice || (n) == SYS_sendfile || (n) == SYS_tee || \
	(n) == SYS_vmsplice || (n) == SYS_copy_file_range)

#define UK_RESTARTED(n, call) ({ \
	long uk_r_; \
	do uk_r_ = (call); \
	while (UK_RESTARTABLE_TOO(n) && uk_r_ == -EINTR && sys_signal_restarts()); \
	uk_r_; })

#define UK_FIRST(n, ...) (n)
#undef syscall
#define syscall(...) __syscall_ret(UK_RESTARTED(UK_FIRST(__VA_ARGS__, 0), __syscall(__VA_ARGS__)))
#undef __sys_open2
#undef __sys_open3
#define __sys_open2(x,pn,fl) UK_RESTARTED(SYS_open, __syscall2(SYS_open, pn, (fl)|O_LARGEFILE))
#define __sys_open3(x,pn,fl,mo) UK_RESTARTED(SYS_open, __syscall3(SYS_open, pn, (fl)|O_LARGEFILE, mo))

/*
 * A call of a stream, which its caller has locked, is a cancellation point in glibc. Until pthread_cancel() is linked, it is none.
 * The N bytes of DATA are what the call writes besides the stream's buffer: they go there first, if there is room.
 */
struct _IO_FILE;
hidden void uk_cancel_stdio(struct _IO_FILE *f, const void *data, unsigned long n);

#define UK_STDIO_CALL(f, data, n, call) __syscall_ret(({ \
	long uk_r_; \
	uk_cancel_stdio(f, data, n); \
	while ((uk_r_ = (call)) == -EINTR && sys_signal_restarts()) \
		uk_cancel_stdio(f, 0, 0); \
	uk_r_; }))

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
