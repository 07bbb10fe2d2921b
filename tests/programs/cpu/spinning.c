// Threads that wait for each other by looking: with sched_yield(2), as OpenBLAS's workers and Go's runtime do, and for a
// spin lock. There are more of them than processors, on the host as well: where none is given away, each step waits for
// the scheduler.
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>

#define WORKERS	5
#define ROUNDS	300

static atomic_int job[WORKERS], done, quit;
static atomic_long sum;
static pthread_spinlock_t lock;
static long guarded;

static void *worker(void *arg)
{
	int i = (long)arg;

	for (;;) {
		while (!job[i]) {
			if (quit)
				return NULL;
			sched_yield();
		}
		for (int k = 0; k < 1000; k++)
			sum += k & job[i];
		pthread_spin_lock(&lock);
		guarded++;
		pthread_spin_unlock(&lock);
		job[i] = 0;
		done++;
	}
}

int main(void)
{
	pthread_t threads[WORKERS];

	pthread_spin_init(&lock, 0);
	for (long i = 0; i < WORKERS; i++)
		if (pthread_create(&threads[i], NULL, worker, (void *)i))
			return 1;
	for (int r = 1; r <= ROUNDS; r++) {
		done = 0;
		for (int i = 0; i < WORKERS; i++)
			job[i] = r;
		while (done < WORKERS)
			sched_yield();
	}
	quit = 1;
	for (int i = 0; i < WORKERS; i++)
		pthread_join(threads[i], NULL);
	printf("%ld jobs, sum %ld\n", guarded, (long)sum);
	return 0;
}
