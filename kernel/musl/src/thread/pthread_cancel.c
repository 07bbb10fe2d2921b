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
#include "syscall.h"

static long act(pthread_t self)
{
	if (self->canceldisable == PTHREAD_CANCEL_ENABLE || self->cancelasync)
		pthread_exit(PTHREAD_CANCELED);
	self->canceldisable = PTHREAD_CANCEL_DISABLE;
	return -ECANCELED;
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

long uk_cancel_interrupted(long n)
{
	pthread_t self = __pthread_self();

	if (n == SYS_close || !wanted(self))
		return -EINTR;
	return act(self);
}

static void handler(int sig, siginfo_t *si, void *ctx)
{
	pthread_t self = __pthread_self();

	a_barrier();
	if (wanted(self) && self->cancelasync)
		act(self);
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
			/* No SA_RESTART: an interrupted call must come back to its cancellation point. */
			.sa_flags = SA_SIGINFO,
			.sa_sigaction = handler
		};
		memset(&sa.sa_mask, -1, _NSIG/8);
		__libc_sigaction(SIGCANCEL, &sa, 0);
		installed = 1;
	}
	a_store(&t->cancel, 1);
	if (t == pthread_self()) {
		if (t->canceldisable == PTHREAD_CANCEL_ENABLE && t->cancelasync)
			pthread_exit(PTHREAD_CANCELED);
		return 0;
	}
	return pthread_kill(t, SIGCANCEL);
}
