// The order in which threads of real time run on one processor (sched(7)), as a line of letters for each case.
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX 3

static char said[64];
static atomic_int length, flags[MAX];
static sem_t ready;

static struct actor {
	int policy, priority;
	void (*act)(int me);
	sem_t begin;
	pthread_t thread;
} actors[MAX];

static void say(char c)
{
	said[length++] = c;
}

static void become(int policy, int priority)
{
	if (pthread_setschedparam(pthread_self(), policy, &(struct sched_param){ priority })) {
		puts("the policy was refused");
		exit(1);
	}
}

static void *actor(void *arg)
{
	struct actor *a = arg;

	become(a->policy, a->priority);
	sem_post(&ready);
	while (sem_wait(&a->begin))
		;
	a->act(a - actors);
	return NULL;
}

// They begin in the order of the array, each when nobody before it wants the processor.
static void play(const char *what, int n)
{
	length = 0;
	memset(said, 0, sizeof(said));
	for (int i = 0; i < n; i++) {
		flags[i] = 0;
		sem_init(&actors[i].begin, 0, 0);
		if (pthread_create(&actors[i].thread, NULL, actor, &actors[i]))
			exit(1);
		while (sem_wait(&ready))
			;
	}
	for (int i = 0; i < n; i++)
		sem_post(&actors[i].begin);
	for (int i = 0; i < n; i++)
		pthread_join(actors[i].thread, NULL);
	printf("%s: %s\n", what, said);
}

static void cast(int i, int policy, int priority, void (*act)(int))
{
	actors[i].policy = policy;
	actors[i].priority = priority;
	actors[i].act = act;
}

static void say_once(int me)
{
	say('a' + me);
}

static void wake_third(int me)
{
	say('a' + me);
	flags[2] = 1;
	sem_post(&actors[2].begin);
	say('A' + me);
}

static void wait_again(int me)
{
	while (!flags[2])
		while (sem_wait(&actors[2].begin))
			;
	say('a' + me);
}

static void use(long ms)
{
	struct timespec t;

	do
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	while (!t.tv_sec && t.tv_nsec < ms * 1000000);
}

static void work(int me)
{
	say('a' + me);
	use(30);
	say('A' + me);
}

// More than a slice of SCHED_RR, which is 100 ms.
static void work_long(int me)
{
	say('a' + me);
	use(130);
	say('A' + me);
}

static void interrupt(int me)
{
	for (int i = 0; i < 40; i++)
		nanosleep(&(struct timespec){ 0, 3000000 }, NULL);
}

static void yields(int me)
{
	for (int i = 0; i < 3; i++) {
		say('a' + me);
		sched_yield();
	}
}

// Ends when the other two have begun as well.
static void look_for_all(int me)
{
	flags[me] = 1;
	while (!flags[0] || !flags[1] || !flags[2])
		;
	if (me == 0)
		say('.');
}

int main(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		return 1;
	sem_init(&ready, 0, 0);
	become(SCHED_FIFO, 50);

	cast(0, SCHED_FIFO, 10, say_once);
	cast(1, SCHED_OTHER, 0, say_once);
	cast(2, SCHED_RR, 20, say_once);
	play("by priority", 3);

	cast(0, SCHED_FIFO, 10, wake_third);
	cast(1, SCHED_FIFO, 5, say_once);
	cast(2, SCHED_FIFO, 20, wait_again);
	play("woken by a lower one", 3);

	for (int i = 0; i < MAX; i++)
		cast(i, SCHED_FIFO, 10, work);
	play("equals without slices", 3);

	for (int i = 0; i < MAX; i++)
		cast(i, SCHED_FIFO, 10, yields);
	play("equals that yield", 3);

	for (int i = 0; i < MAX; i++)
		cast(i, SCHED_RR, 10, work);
	play("equals with slices that they do not use up", 3);

	for (int i = 0; i < MAX; i++)
		cast(i, SCHED_RR, 10, work_long);
	play("equals that use their slices up", 3);

	cast(2, SCHED_FIFO, 20, interrupt);
	play("equals that are interrupted", 3);

	for (int i = 0; i < MAX; i++)
		cast(i, SCHED_RR, 10, look_for_all);
	play("equals with slices", 3);

	cast(0, SCHED_FIFO, 10, look_for_all);
	cast(1, SCHED_OTHER, 0, look_for_all);
	cast(2, SCHED_BATCH, 0, look_for_all);
	play("time is left for others", 3);
	return 0;
}
