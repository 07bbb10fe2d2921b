/*
 * pthread_cond_clockwait(): std::condition_variable::wait_for() of every C++
 * program. musl keeps the clock in the condition variable and reads it in the
 * waiter only, before it sleeps; the wait itself goes by the caller's choice.
 */
#include <errno.h>
#include <pthread.h>
#include "pthread_impl.h"

int pthread_cond_clockwait(pthread_cond_t *restrict c, pthread_mutex_t *restrict m, clockid_t clock,
	const struct timespec *restrict at)
{
	if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
		return EINVAL;
	/* The caller holds M, as do all others that wait with it, so this is not shared meanwhile. */
	c->_c_clock = clock;
	return pthread_cond_timedwait(c, m, at);
}
