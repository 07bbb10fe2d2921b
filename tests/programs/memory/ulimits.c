// Limits that the program begins with, and what follows from them; then as somebody who is not root.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void show(const char *name, int which)
{
	struct rlimit r;

	getrlimit(which, &r);
	printf("%s %lld %lld\n", name, (long long)r.rlim_cur, (long long)r.rlim_max);
}

static void *thread(void *arg)
{
	pthread_attr_t a;
	size_t size;

	pthread_getattr_np(pthread_self(), &a);
	pthread_attr_getstacksize(&a, &size);
	printf("stack of a thread %d\n", size >= 16 << 20 && size < 17 << 20);	// the libraries count its guard differently
	return arg;
}

static void said(const char *what, long r)
{
	printf("%s: %s\n", what, r < 0 ? strerror(errno) : "done");
}

int main(void)
{
	pthread_t t;
	int fd, last = 0;

	show("stack", RLIMIT_STACK);
	show("nofile", RLIMIT_NOFILE);
	show("fsize", RLIMIT_FSIZE);
	show("core", RLIMIT_CORE);
	show("nice", RLIMIT_NICE);
	show("rtprio", RLIMIT_RTPRIO);
	pthread_create(&t, NULL, thread, NULL);
	pthread_join(t, NULL);
	while ((fd = dup(0)) >= 0)
		last = fd;
	said("one more", fd);
	printf("last %d\n", last);
	for (int i = 3; i <= last; i++)
		close(i);
	if (setresgid(1000, 1000, 1000) || setresuid(1000, 1000, 1000))
		return 1;
	said("nice 0", setpriority(PRIO_PROCESS, 0, 0));
	said("nice -5", setpriority(PRIO_PROCESS, 0, -5));
	said("nice -6", setpriority(PRIO_PROCESS, 0, -6));
	said("SCHED_RR 3", sched_setscheduler(0, SCHED_RR, &(struct sched_param){ 3 }));
	said("SCHED_RR 4", sched_setscheduler(0, SCHED_RR, &(struct sched_param){ 4 }));
	said("SCHED_FIFO 2", sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){ 2 }));
	said("higher", setrlimit(RLIMIT_NICE, &(struct rlimit){ 26, 26 }));
	said("lower", setrlimit(RLIMIT_NICE, &(struct rlimit){ 0, 20 }));
	return 0;
}
