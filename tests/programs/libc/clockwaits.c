/* Waits with deadlines on the monotonic clock: results, errors, and that none ends early. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static sem_t sem;

static struct timespec in(clockid_t clock, long ms)
{
	struct timespec t;

	clock_gettime(clock, &t);
	t.tv_nsec += ms % 1000 * 1000000;
	t.tv_sec += ms / 1000 + t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	return t;
}

/* -1: before T, which must not be; 1: far behind it. */
static int late(const struct timespec *t)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	long ms = (now.tv_sec - t->tv_sec) * 1000 + (now.tv_nsec - t->tv_nsec) / 1000000;
	return ms < 0 ? -1 : ms > 20000;
}

static void *waits(void *arg)
{
	struct timespec t = in(CLOCK_MONOTONIC, 60);
	int r;

	r = pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &t);
	printf("%d %d\n", r, late(&t));
	t = in(CLOCK_MONOTONIC, 60);
	r = pthread_rwlock_clockrdlock(&rw, CLOCK_MONOTONIC, &t);
	printf("%d %d\n", r, late(&t));
	t = in(CLOCK_MONOTONIC, 60);
	r = pthread_rwlock_clockwrlock(&rw, CLOCK_MONOTONIC, &t);
	printf("%d %d\n", r, late(&t));
	t = in(CLOCK_MONOTONIC, 60);
	r = sem_clockwait(&sem, CLOCK_MONOTONIC, &t);
	printf("%d %d %d\n", r, errno, late(&t));
	t = in(CLOCK_MONOTONIC, -1000);
	printf("%d\n", pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &t));
	t.tv_nsec = 1000000000;
	printf("%d %d", pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &t), pthread_rwlock_clockwrlock(&rw, CLOCK_MONOTONIC, &t));
	printf(" %d", sem_clockwait(&sem, CLOCK_MONOTONIC, &t));
	printf(" %d\n", errno);
	t = in(CLOCK_REALTIME, 60);
	printf("%d", pthread_mutex_clocklock(&mutex, CLOCK_REALTIME, &t));
	printf(" %d", sem_clockwait(&sem, CLOCK_REALTIME, &t));
	printf(" %d", errno);
	printf(" %d", pthread_mutex_clocklock(&mutex, CLOCK_BOOTTIME, &t));
	printf(" %d", sem_clockwait(&sem, 77, &t));
	printf(" %d\n", errno);
	return NULL;
}

static void *holds(void *arg)
{
	pthread_t t;

	pthread_mutex_lock(&mutex);
	pthread_rwlock_wrlock(&rw);
	pthread_create(&t, NULL, waits, NULL);
	pthread_join(t, NULL);
	pthread_mutex_unlock(&mutex);
	pthread_rwlock_unlock(&rw);
	return NULL;
}

int main(void)
{
	pthread_t t;
	struct timespec at;

	sem_init(&sem, 0, 0);
	pthread_create(&t, NULL, holds, NULL);
	pthread_join(t, NULL);
	at = in(CLOCK_MONOTONIC, 10000);
	sem_post(&sem);
	printf("%d", sem_clockwait(&sem, CLOCK_MONOTONIC, &at));
	printf(" %d", pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &at));
	printf(" %d", pthread_rwlock_clockrdlock(&rw, CLOCK_MONOTONIC, &at));
	printf(" %d\n", pthread_rwlock_clockrdlock(&rw, CLOCK_MONOTONIC, &at));
	return 0;
}
