/* Cancellation points while pthread_cancel() is not linked: nothing to ask. */
#include "pthread_impl.h"
#include "stdio_impl.h"
#include "syscall.h"

static long before(long n)
{
	return 0;
}

static long interrupted(long n, int restartable)
{
	return restartable && sys_signal_restarts() ? 1 : -EINTR;
}

static void stdio(FILE *f, const void *data, size_t n)
{
}

weak_alias(before, uk_cancel_before);
weak_alias(interrupted, uk_cancel_interrupted);
weak_alias(stdio, uk_cancel_stdio);

static int no_restart(void)
{
	return 0;
}
weak_alias(no_restart, sys_signal_restarts);
