/* Threads run where they are told to: on each CPU in turn, moved by another thread, by inheritance. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static cpu_set_t all;
static atomic_int stop, where;

static cpu_set_t only(int cpu)
{
	cpu_set_t s;

	CPU_ZERO(&s);
	CPU_SET(cpu, &s);
	return s;
}

static void say(const char *what, long r)
{
	printf("%s: %s\n", what, r < 0 ? strerror(errno) : "done");
}

/* Stays on CPU whatever it does; raw calls and the C library agree. */
static int stays(int cpu)
{
	for (int i = 0; i < 200; i++) {
		unsigned n = ~0u;
		if (i % 50 == 49)
			usleep(100);
		else if (i % 10 == 9)
			sched_yield();
		if (sched_getcpu() != cpu || syscall(SYS_getcpu, &n, 0, 0) || n != (unsigned)cpu)
			return 0;
	}
	return 1;
}

static void *spin(void *unused)
{
	while (!stop)
		where = sched_getcpu();
	return 0;
}

static void *inherited(void *cpu)
{
	return (void *)(long)stays((long)cpu);
}

static void *count(void *n)
{
	while (!stop)
		++*(volatile unsigned long *)n;
	return 0;
}

/* /proc/self/status of a thread that may run on CPU only. */
static int status_says(int cpu)
{
	char line[256], want[64];
	int ok = 0;
	FILE *f = fopen("/proc/thread-self/status", "r");

	if (!f)
		f = fopen("/proc/self/status", "r");
	snprintf(want, sizeof(want), "Cpus_allowed_list:\t%d\n", cpu);
	while (f && fgets(line, sizeof(line), f))
		ok |= !strcmp(line, want);
	if (f)
		fclose(f);
	return ok;
}

int main(void)
{
	cpu_set_t s;
	int first = -1, last = -1, moved = 1, stayed = 1, listed = 1;
	pthread_t th, more[4];
	void *r;

	say("get", sched_getaffinity(0, sizeof(all), &all));
	for (int c = 0; c < CPU_SETSIZE; c++)
		if (CPU_ISSET(c, &all)) {
			if (first < 0)
				first = c;
			last = c;
		}
	printf("some: %d\n", CPU_COUNT(&all) > 0);
	for (int c = first; c <= last; c++) {
		if (!CPU_ISSET(c, &all))
			continue;
		s = only(c);
		moved &= !sched_setaffinity(0, sizeof(s), &s);
		stayed &= stays(c);
		listed &= status_says(c);
		moved &= !sched_getaffinity(0, sizeof(s), &s) && CPU_COUNT(&s) == 1 && CPU_ISSET(c, &s);
	}
	printf("moved %d, stayed %d, listed %d\n", moved, stayed, listed);
	pthread_create(&th, 0, inherited, (void *)(long)last);
	pthread_join(th, &r);
	printf("inherited: %ld\n", (long)r);

	/* Another thread is moved while it runs; it is waited for. */
	sched_setaffinity(0, sizeof(all), &all);
	pthread_create(&th, 0, spin, 0);
	for (int i = 0; i < 4; i++) {
		int to = i & 1 ? first : last;
		s = only(to);
		printf("of a thread: %d\n", pthread_setaffinity_np(th, sizeof(s), &s));
		while (where != to)
			usleep(10);
		for (int k = 0; k < 10; k++) {
			usleep(50);
			moved &= where == to;
		}
		memset(&s, 0, sizeof(s));
		moved &= !pthread_getaffinity_np(th, sizeof(s), &s) && CPU_COUNT(&s) == 1 && CPU_ISSET(to, &s);
	}
	stop = 1;
	pthread_join(th, 0);
	printf("moved and stayed: %d\n", moved);

	/* Four on one CPU all go on, as does this one there. */
	static unsigned long counts[4];
	s = only(last);
	sched_setaffinity(0, sizeof(s), &s);
	stop = 0;
	for (int i = 0; i < 4; i++)
		pthread_create(&more[i], 0, count, &counts[i]);
	for (int i = 0; i < 4; i++)
		while (*(volatile unsigned long *)&counts[i] < 1000)
			usleep(1000);
	stop = 1;
	for (int i = 0; i < 4; i++)
		pthread_join(more[i], 0);
	printf("all went on\n");
	sched_setaffinity(0, sizeof(all), &all);

	CPU_ZERO(&s);
	say("nowhere", sched_setaffinity(0, sizeof(s), &s));
	say("no mask", sched_setaffinity(0, 0, &all));
	say("nobody", sched_setaffinity(2000000000, sizeof(all), &all));
	say("nobody's", sched_getaffinity(2000000000, sizeof(s), &s));
	say("bad mask", syscall(SYS_sched_setaffinity, 0, 8, (void *)8));
	say("bad mask to fill", syscall(SYS_sched_getaffinity, 0, 128, (void *)8));
	say("odd length", syscall(SYS_sched_getaffinity, 0, 12, &s));
	say("no length", syscall(SYS_sched_getaffinity, 0, 0, &s));
	say("a long mask", sched_setaffinity(0, sizeof(all), &all));
	return 0;
}
