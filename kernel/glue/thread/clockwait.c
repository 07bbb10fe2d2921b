/*
 * Waits with a deadline on a clock of the caller's choice. musl's own take CLOCK_REALTIME; a deadline on the
 * monotonic clock is marked, and __timedwait_cp() (musl/edit/thread/__timedwait.sed) goes by the mark.
 */
#include <errno.h>
#include <pthread.h>
#include "pthread_impl.h"
#include <semaphore.h>
#include <time.h>

static int marked(clockid_t clock, const struct timespec *in, struct timespec *out)
{
	if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
		return EINVAL;
	*out = *in;
	if (clock == CLOCK_MONOTONIC && (unsigned long)in->tv_nsec < 1000000000)
		out->tv_nsec |= 0x4d4f4e4fL << 32;
	return 0;
}

/* For locks with priority inheritance, whose wait is the system call's: on CLOCK_REALTIME. */
static int to_realtime(const struct timespec *in, struct timespec *out, clockid_t clock)
{
	struct timespec here, wall;

	if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
		return EINVAL;
	*out = *in;
	if (clock == CLOCK_REALTIME || (unsigned long)in->tv_nsec >= 1000000000)
		return 0;
	clock_gettime(clock, &here);
	clock_gettime(CLOCK_REALTIME, &wall);
	out->tv_sec += wall.tv_sec - here.tv_sec;
	out->tv_nsec += wall.tv_nsec - here.tv_nsec;
	if (out->tv_nsec < 0) {
		out->tv_nsec += 1000000000;
		out->tv_sec--;
	} else if (out->tv_nsec >= 1000000000) {
		out->tv_nsec -= 1000000000;
		out->tv_sec++;
	}
	if (out->tv_sec < 0)
		out->tv_sec = out->tv_nsec = 0;
	return 0;
}

int pthread_mutex_clocklock(pthread_mutex_t *m, clockid_t clock, const struct timespec *at)
{
	struct timespec ts;
	int r = marked(clock, at, &ts);

	if (m->_m_type & 8)
		r = to_realtime(at, &ts, clock);
	return r ? r : pthread_mutex_timedlock(m, &ts);
}

int pthread_rwlock_clockrdlock(pthread_rwlock_t *l, clockid_t clock, const struct timespec *at)
{
	struct timespec ts;
	int r = marked(clock, at, &ts);

	return r ? r : pthread_rwlock_timedrdlock(l, &ts);
}

int pthread_rwlock_clockwrlock(pthread_rwlock_t *l, clockid_t clock, const struct timespec *at)
{
	struct timespec ts;
	int r = marked(clock, at, &ts);

	return r ? r : pthread_rwlock_timedwrlock(l, &ts);
}

int pthread_clockjoin_np(pthread_t t, void **result, clockid_t clock, const struct timespec *at)
{
	struct timespec ts;
	int r = 0;

	if (!at)
		return pthread_join(t, result);
	r = marked(clock, at, &ts);
	return r ? r : pthread_timedjoin_np(t, result, &ts);
}

int sem_clockwait(sem_t *s, clockid_t clock, const struct timespec *at)
{
	struct timespec ts;
	int r = marked(clock, at, &ts);

	if (r) {
		errno = r;
		return -1;
	}
	return sem_timedwait(s, &ts);
}
