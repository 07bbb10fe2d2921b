/* Mutexes of each kind, condition variables, barriers, rwlocks, semaphores,
   once, keys, spin locks, timed waits. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { THREADS = 8, ROUNDS = 2000 };
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t barrier;
static pthread_spinlock_t spin;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static sem_t sem;
static long counter, spun, shared[2];
static atomic_int inits, destroyed, serial, torn;

static void init(void) { inits++; }
static void destroy(void *p) { (void)p; destroyed++; }

static void *work(void *arg)
{
	long n = (long)arg;

	pthread_once(&once, init);
	pthread_setspecific(key, arg + 1);
	for (int i = 0; i < ROUNDS; i++) {
		pthread_mutex_lock(&mutex);
		counter++;
		pthread_mutex_unlock(&mutex);
		pthread_spin_lock(&spin);
		spun++;
		pthread_spin_unlock(&spin);
		if (n == 0) {
			pthread_rwlock_wrlock(&rw);
			shared[0]++;
			shared[1]++;
		} else {
			pthread_rwlock_rdlock(&rw);
			torn += shared[0] != shared[1];
		}
		pthread_rwlock_unlock(&rw);
	}
	for (int i = 0; i < 20; i++)
		if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
			serial++;
	sem_post(&sem);
	return pthread_getspecific(key);
}

static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static int queue[4], head, tail;

static void *producer(void *arg)
{
	for (int i = 1; i <= 1000; i++) {
		pthread_mutex_lock(&mutex);
		while (tail - head == 4)
			pthread_cond_wait(&cond, &mutex);
		queue[tail++ % 4] = i;
		pthread_cond_broadcast(&cond);
		pthread_mutex_unlock(&mutex);
	}
	return arg;
}

static void kinds(void)
{
	pthread_mutex_t m;
	pthread_mutexattr_t a;

	pthread_mutexattr_init(&a);
	pthread_mutexattr_settype(&a, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&m, &a);
	printf("recursive %d %d\n", pthread_mutex_lock(&m), pthread_mutex_lock(&m));
	pthread_mutex_unlock(&m);
	pthread_mutex_unlock(&m);
	pthread_mutex_destroy(&m);
	pthread_mutexattr_settype(&a, PTHREAD_MUTEX_ERRORCHECK);
	pthread_mutex_init(&m, &a);
	pthread_mutex_lock(&m);
	printf("error checking %s\n", strerror(pthread_mutex_lock(&m)));
	pthread_mutex_unlock(&m);
	printf("not the owner %s\n", strerror(pthread_mutex_unlock(&m)));
	pthread_mutex_init(&m, NULL);
	pthread_mutex_lock(&m);
	printf("trylock %s\n", strerror(pthread_mutex_trylock(&m)));
}

int main(void)
{
	pthread_t t[THREADS];
	long sum = 0;
	struct timespec until;

	pthread_barrier_init(&barrier, NULL, THREADS);
	pthread_spin_init(&spin, 0);
	pthread_key_create(&key, destroy);
	sem_init(&sem, 0, 0);
	for (long i = 0; i < THREADS; i++)
		pthread_create(&t[i], NULL, work, (void *)i);
	for (int i = 0; i < THREADS; i++)
		sem_wait(&sem);
	for (int i = 0; i < THREADS; i++) {
		void *r;
		pthread_join(t[i], &r);
		sum += (long)r;
	}
	printf("mutex %ld spin %ld torn %d serial %d once %d keys %ld destroyed %d\n", counter, spun, torn, serial, inits, sum, destroyed);

	pthread_create(&t[0], NULL, producer, NULL);
	sum = 0;
	for (int i = 0; i < 1000; i++) {
		pthread_mutex_lock(&mutex);
		while (head == tail)
			pthread_cond_wait(&cond, &mutex);
		sum += queue[head++ % 4];
		pthread_cond_broadcast(&cond);
		pthread_mutex_unlock(&mutex);
	}
	pthread_join(t[0], NULL);
	printf("consumed %ld\n", sum);
	kinds();

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += 20000000;
	if (until.tv_nsec >= 1000000000)
		until.tv_sec++, until.tv_nsec -= 1000000000;
	pthread_mutex_lock(&mutex);
	int r;
	while ((r = pthread_cond_timedwait(&cond, &mutex, &until)) == 0)
		;
	pthread_mutex_unlock(&mutex);
	printf("timed wait: %s\n", strerror(r));
	printf("sem_trywait: %d", sem_trywait(&sem));
	printf(" %s\n", strerror(errno));
	printf("sem_timedwait: %d", sem_timedwait(&sem, &until));
	printf(" %s\n", strerror(errno));
	return 0;
}
