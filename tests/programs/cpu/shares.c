// What nice values and policies do to threads that all want the same processor: each counts what it gets done until the
// first one has done enough. Bounds are wide, as other machines' processors come and go.
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ENOUGH	200000000

static atomic_int stop;
static pthread_barrier_t barrier;

static struct worker {
	int policy, nice;
	double least, most;	// of what the first one does
	pthread_t thread;
	atomic_long done;
} groups[][4] = {
	{ { 0 }, { 0, 0, 0.33, 3 }, { 0, 5, 0, 0.8 }, { 0, 10, 0, 0.5 } },
	{ { 0 }, { SCHED_BATCH, 0, 0.33, 3 }, { SCHED_IDLE, 0, 0, 0.4 }, { 0, 19, 0, 0.4 } },
};

static void *work(void *arg)
{
	struct worker *w = arg;

	if (sched_setscheduler(0, w->policy, &(struct sched_param){ 0 }) ||
	    setpriority(PRIO_PROCESS, syscall(SYS_gettid), w->nice)) {
		perror("policy");
		exit(1);
	}
	pthread_barrier_wait(&barrier);
	while (!stop) {
		for (volatile int i = 0; i < 1000; i++)
			;
		w->done += 1000;
		if (w->done >= ENOUGH && !w->policy && !w->nice)
			stop = 1;
	}
	return NULL;
}

static void pin(void)
{
	cpu_set_t set;
	int cpu = 0;

	sched_getaffinity(0, sizeof(set), &set);
	while (!CPU_ISSET(cpu, &set))
		cpu++;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		exit(1);
}

int main(void)
{
	pin();
	for (int g = 0; g < 2; g++) {
		struct worker *all = groups[g];
		stop = 0;
		pthread_barrier_init(&barrier, NULL, 4);
		for (int i = 0; i < 4; i++)
			if (pthread_create(&all[i].thread, NULL, work, &all[i]))
				return 1;
		for (int i = 0; i < 4; i++)
			pthread_join(all[i].thread, NULL);
		for (int i = 1; i < 4; i++) {
			double share = (double)all[i].done / all[0].done;
			printf("policy %d, nice %d: ", all[i].policy, all[i].nice);
			if (share >= all[i].least && share <= all[i].most)
				puts("a fair share");
			else
				printf("%.3f of what policy 0, nice 0 got\n", share);
		}
	}
	return 0;
}
