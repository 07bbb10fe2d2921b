/*
 * Thread cancellation (POSIX 2.9.5) with direct system calls.
 *
 * A cancellation point reads the thread's flag before its system call and
 * again if the call was interrupted; see internal/syscall.h. SIGCANCEL is what
 * interrupts it: its handler acts itself only on asynchronous cancellation. A
 * call that starts to sleep with the signal pending must return -EINTR, which
 * the kernel does for every signal that has a handler.
 */
#define _GNU_SOURCE
#include <string.h>
#include "pthread_impl.h"
#include "stdio_impl.h"
#include "syscall.h"

hidden void uk_cancelled(void *context);

/* kernel/glue/unwind: from the program's own frames, where these are C++'s. Returns if there are none. CONTEXT is a signal's, or null. */
static void cancelled(void *context)
{
}
weak_alias(cancelled, uk_cancelled);

static long act_in(pthread_t self, void *context)
{
	if (self->canceldisable == PTHREAD_CANCEL_ENABLE || self->cancelasync) {
		uk_cancelled(context);
		pthread_exit(PTHREAD_CANCELED);
	}
	self->canceldisable = PTHREAD_CANCEL_DISABLE;
	return -ECANCELED;
}

static long act(pthread_t self)
{
	return act_in(self, 0);
}

static int wanted(pthread_t self)
{
	return self->cancel && self->canceldisable != PTHREAD_CANCEL_DISABLE;
}

long uk_cancel_before(long n)
{
	pthread_t self = __pthread_self();

	if (!wanted(self))
		return 0;
	/* With PTHREAD_CANCEL_MASKED close() still closes. */
	if (self->canceldisable && n == SYS_close)
		return 0;
	return act(self);
}

long uk_cancel_interrupted(long n, int restartable)
{
	pthread_t self = __pthread_self();

	if (n != SYS_close && wanted(self))
		return act(self);
	return restartable && sys_signal_restarts() ? 1 : -EINTR;
}

/*
 * A stream that is about to read or write. Its lock goes, unless the program holds it by flockfile(). vfprintf() lends streams
 * without a buffer one on the stack, which must not outlive it: it asks before it does.
 */
void uk_cancel_stdio(FILE *f, const void *data, size_t n)
{
	enum { FRAMES = 64 << 10 };
	pthread_t self = __pthread_self();
	unsigned char here;

	if (!self->cancel || self->canceldisable || f->buf_size && (size_t)(f->buf - &here) < FRAMES)
		return;
	if (n && n <= f->wend - f->wpos) {
		memcpy(f->wpos, data, n);
		f->wpos += n;
	}
	if (f->lock >= 0 && (f->lock & ~MAYBE_WAITERS) == self->tid && !f->lockcount)
		__unlockfile(f);
	act(self);
}

static void handler(int sig, siginfo_t *si, void *ctx)
{
	pthread_t self = __pthread_self();

	a_barrier();
	if (wanted(self) && self->cancelasync)
		act_in(self, ctx);
}

void __testcancel()
{
	pthread_t self = __pthread_self();

	if (self->cancel && !self->canceldisable)
		act(self);
}

int pthread_cancel(pthread_t t)
{
	static int installed;

	if (!installed) {
		struct sigaction sa = {
			/* What is no cancellation point must not be seen to be interrupted. */
			.sa_flags = SA_SIGINFO | SA_RESTART,
			.sa_sigaction = handler
		};
		memset(&sa.sa_mask, -1, _NSIG/8);
		__libc_sigaction(SIGCANCEL, &sa, 0);
		installed = 1;
	}
	a_store(&t->cancel, 1);
	if (t == pthread_self()) {
		if (t->canceldisable == PTHREAD_CANCEL_ENABLE && t->cancelasync)
			act(t);
		return 0;
	}
	/* Its next cancellation point sees to it: setcancelstate() has a barrier. Some calls are never restarted. */
	if (t->canceldisable == PTHREAD_CANCEL_DISABLE)
		return 0;
	return pthread_kill(t, SIGCANCEL);
}
