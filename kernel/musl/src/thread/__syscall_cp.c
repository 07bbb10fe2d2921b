/* Cancellation points while pthread_cancel() is not linked: nothing to ask. */
#include "pthread_impl.h"
#include "syscall.h"

static long before(long n)
{
	return 0;
}

static long interrupted(long n)
{
	return -EINTR;
}

weak_alias(before, uk_cancel_before);
weak_alias(interrupted, uk_cancel_interrupted);

static int no_restart(void)
{
	return 0;
}
weak_alias(no_restart, sys_signal_restarts);
