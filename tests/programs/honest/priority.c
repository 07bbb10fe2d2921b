/* Priorities, policies, personality, process groups. Runs as root, and gives privileges up in between. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#define T(e) do { errno = 0; long r_ = (e); printf("%s = %ld%s%s\n", #e, r_, r_ < 0 ? " " : "", r_ < 0 ? strerror(errno) : ""); } while (0)
#define NOBODY 0x7ffffffe

struct attr { unsigned size, policy; unsigned long flags; int nice; unsigned priority; unsigned long runtime, deadline, period; unsigned util_min, util_max; char more[64]; };

static void nices(void)
{
	T(syscall(SYS_getpriority, PRIO_PROCESS, 0)); T(syscall(SYS_getpriority, 3, 0)); T(syscall(SYS_getpriority, -1, 0)); T(syscall(SYS_getpriority, PRIO_PROCESS, NOBODY)); T(syscall(SYS_getpriority, PRIO_PGRP, NOBODY)); T(syscall(SYS_getpriority, PRIO_USER, NOBODY));
	T(syscall(SYS_setpriority, PRIO_PROCESS, 0, 5)); T(syscall(SYS_getpriority, PRIO_PROCESS, 0)); T(getpriority(PRIO_PROCESS, getpid())); T(syscall(SYS_setpriority, PRIO_PROCESS, 0, 100)); T(syscall(SYS_getpriority, PRIO_PROCESS, 0));
	T(syscall(SYS_setpriority, PRIO_PROCESS, 0, -100)); T(syscall(SYS_getpriority, PRIO_PROCESS, 0)); T(syscall(SYS_setpriority, PRIO_PROCESS, NOBODY, 0)); T(syscall(SYS_setpriority, 9, 0, 0)); T(syscall(SYS_setpriority, PRIO_PROCESS, gettid(), 0));
	T(nice(3)); T(nice(-3)); T(nice(0));
	T(syscall(SYS_ioprio_get, 1, 0)); T(syscall(SYS_ioprio_set, 1, 0, 2 << 13 | 3)); T(syscall(SYS_ioprio_get, 1, 0)); T(syscall(SYS_ioprio_set, 1, 0, 3 << 13)); T(syscall(SYS_ioprio_get, 1, 0)); T(syscall(SYS_ioprio_set, 1, 0, 1 << 13 | 1)); T(syscall(SYS_ioprio_get, 1, 0)); T(syscall(SYS_ioprio_set, 1, 0, 0)); T(syscall(SYS_ioprio_set, 1, 0, 5)); T(syscall(SYS_ioprio_set, 1, 0, 6 << 13)); T(syscall(SYS_ioprio_set, 1, NOBODY, 2 << 13)); T(syscall(SYS_ioprio_set, 7, 0, 2 << 13)); T(syscall(SYS_ioprio_get, 7, 0)); T(syscall(SYS_ioprio_get, 1, NOBODY));
}

static void policies(void)
{
	int p = 0;
	struct attr a = { .size = 48 }, b;

	T(syscall(SYS_sched_getscheduler, 0)); T(syscall(SYS_sched_getscheduler, -1)); T(syscall(SYS_sched_getscheduler, NOBODY)); T(syscall(SYS_sched_getparam, 0, &p)); T(syscall(SYS_sched_getparam, -1, &p)); T(syscall(SYS_sched_getparam, 0, NULL)); T(syscall(SYS_sched_getparam, NOBODY, &p)); T(syscall(SYS_sched_getparam, 0, 8));
	T(syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &p)); p = 100; T(syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &p)); p = 10; T(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &p)); T(syscall(SYS_sched_setscheduler, -1, SCHED_FIFO, &p)); T(syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, NULL)); T(syscall(SYS_sched_setscheduler, 0, -1, &p)); T(syscall(SYS_sched_setscheduler, 0, 4, &p)); T(syscall(SYS_sched_setscheduler, 0, 77, &p)); T(syscall(SYS_sched_setscheduler, NOBODY, SCHED_FIFO, &p)); T(syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, 8)); T(syscall(SYS_sched_setscheduler, 0, SCHED_DEADLINE, &p));
	T(syscall(SYS_sched_setscheduler, 0, SCHED_BATCH, &(int){ 0 })); T(syscall(SYS_sched_getscheduler, 0)); T(syscall(SYS_sched_setscheduler, 0, SCHED_IDLE, &(int){ 0 })); T(syscall(SYS_sched_getscheduler, 0)); T(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER | SCHED_RESET_ON_FORK, &(int){ 0 })); T(syscall(SYS_sched_getscheduler, 0)); T(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &(int){ 0 }));
	T(syscall(SYS_sched_setparam, 0, &(int){ 5 })); T(syscall(SYS_sched_setparam, 0, &(int){ 0 })); T(syscall(SYS_sched_setparam, -1, &p)); T(syscall(SYS_sched_setparam, 0, NULL)); T(syscall(SYS_sched_setparam, NOBODY, &p)); T(syscall(SYS_sched_setparam, 0, 8));
	for (int i = -1; i < 7; i++)
		printf("%d: %ld %ld\n", i, syscall(SYS_sched_get_priority_min, i), syscall(SYS_sched_get_priority_max, i));
	T(syscall(SYS_sched_getattr, 0, &b, 48, 0)); printf("%u %u %d\n", b.size, b.policy, b.nice); T(syscall(SYS_sched_getattr, 0, &b, 47, 0)); T(syscall(SYS_sched_getattr, 0, &b, 5000, 0)); T(syscall(SYS_sched_getattr, 0, &b, 48, 1)); T(syscall(SYS_sched_getattr, -1, &b, 48, 0)); T(syscall(SYS_sched_getattr, NOBODY, &b, 48, 0)); T(syscall(SYS_sched_getattr, 0, NULL, 48, 0)); T(syscall(SYS_sched_getattr, 0, 8, 48, 0));
	a.nice = 7; T(syscall(SYS_sched_setattr, 0, &a, 0)); T(syscall(SYS_getpriority, PRIO_PROCESS, 0)); a.nice = 0; T(syscall(SYS_sched_setattr, 0, &a, 0)); T(syscall(SYS_sched_setattr, 0, &a, 1)); T(syscall(SYS_sched_setattr, -1, &a, 0)); T(syscall(SYS_sched_setattr, NOBODY, &a, 0)); T(syscall(SYS_sched_setattr, 0, NULL, 0)); T(syscall(SYS_sched_setattr, 0, 8, 0));
	a.size = 20; T(syscall(SYS_sched_setattr, 0, &a, 0)); printf("%u\n", a.size); a.size = 100; a.more[10] = 1; T(syscall(SYS_sched_setattr, 0, &a, 0)); a.more[10] = 0; a.size = 100; T(syscall(SYS_sched_setattr, 0, &a, 0)); a.size = 0; T(syscall(SYS_sched_setattr, 0, &a, 0)); a.size = 48; a.policy = -1; T(syscall(SYS_sched_setattr, 0, &a, 0)); a.policy = 0; a.flags = 0x8000; T(syscall(SYS_sched_setattr, 0, &a, 0));
	struct timespec ts;
	T(syscall(SYS_sched_rr_get_interval, 0, &ts)); T(syscall(SYS_sched_rr_get_interval, -1, &ts)); T(syscall(SYS_sched_rr_get_interval, NOBODY, &ts)); T(syscall(SYS_sched_rr_get_interval, 0, 8));
}

static void show(void)
{
	struct attr a = { 0 };

	syscall(SYS_sched_getattr, 0, &a, 48, 0);
	printf("policy %u, flags %lu, nice %d, priority %u\n", a.policy, a.flags, a.nice, a.priority);
}

static void change(unsigned policy, unsigned long flags, int nice, unsigned priority)
{
	struct attr a = { .size = 48, .policy = policy, .flags = flags, .nice = nice, .priority = priority };

	printf("policy %u, flags %lu, nice %d, priority %u: ", policy, flags, nice, priority);
	T(syscall(SYS_sched_setattr, 0, &a, 0));
	show();
}

static void interval(int policy, int priority)
{
	struct timespec ts = { 5, 5 };

	T(syscall(SYS_sched_setscheduler, 0, policy, &priority)); T(syscall(SYS_sched_rr_get_interval, 0, &ts));
	if (policy == SCHED_OTHER || policy == SCHED_BATCH)
		ts.tv_nsec = 0;		/* as the scheduler likes it */
	printf("policy %d: %ld s %ld ns\n", policy, ts.tv_sec, ts.tv_nsec);
}

enum { RESET = 1, KEEP_POLICY = 8, KEEP_PARAMS = 16 };

static void attributes(void)
{
	change(SCHED_OTHER, 0, 3, 0); change(SCHED_IDLE, 0, 9, 0); change(SCHED_BATCH, RESET, 30, 0); change(SCHED_IDLE, KEEP_POLICY, 2, 0); change(SCHED_OTHER, KEEP_POLICY, 2, 7);
	change(SCHED_RR, 0, 5, 8); change(SCHED_OTHER, KEEP_PARAMS, 1, 0); change(SCHED_FIFO, KEEP_PARAMS, 1, 0); change(SCHED_FIFO, KEEP_PARAMS | RESET, 1, 0); change(SCHED_FIFO, KEEP_POLICY | KEEP_PARAMS, 1, 3); change(SCHED_OTHER, 0, 1, 0);
	change(SCHED_RR, KEEP_PARAMS, 6, 0); change(SCHED_RR, KEEP_PARAMS, 6, 5); change(SCHED_BATCH, KEEP_PARAMS, 6, 0); change(SCHED_IDLE, KEEP_PARAMS, 6, 0); change(SCHED_OTHER, KEEP_PARAMS, 6, 1);
	interval(SCHED_FIFO, 5), interval(SCHED_RR, 5), interval(SCHED_BATCH, 0), interval(SCHED_IDLE, 0), interval(SCHED_OTHER, 0);
	change(SCHED_OTHER, 0, 0, 0);
}

static void limit(int resource, unsigned long n)
{
	setrlimit(resource, &(struct rlimit){ n, n });
}

/* Without privileges, and with a flag that nobody can take away then. */
static void attributes_within_limits(void)
{
	change(SCHED_OTHER, RESET, 19, 0); change(SCHED_OTHER, RESET, 10, 0); change(SCHED_OTHER, RESET, 9, 0); change(SCHED_BATCH, RESET, 12, 0); change(SCHED_OTHER, RESET | KEEP_PARAMS, 0, 0);
	change(SCHED_FIFO, RESET, 0, 3); change(SCHED_RR, RESET, 0, 5); change(SCHED_RR, RESET, 0, 2); change(SCHED_RR, KEEP_POLICY, 0, 3);
	limit(RLIMIT_RTPRIO, 0);
	change(SCHED_RR, RESET, 0, 1); change(SCHED_FIFO, RESET, 0, 1); change(SCHED_RR, RESET, 0, 2); change(SCHED_RR, 0, 0, 1); change(SCHED_OTHER, RESET, 12, 0);
	change(SCHED_IDLE, RESET, 0, 0); change(SCHED_OTHER, RESET, 15, 0); change(SCHED_IDLE, RESET, 0, 0);
	limit(RLIMIT_NICE, 0);
	change(SCHED_OTHER, RESET, 19, 0); change(SCHED_IDLE, RESET | KEEP_PARAMS, 0, 0); T(syscall(SYS_sched_setscheduler, 0, SCHED_BATCH | SCHED_RESET_ON_FORK, &(int){ 0 })); T(syscall(SYS_sched_setparam, 0, &(int){ 0 }));
}

static void process(void)
{
	T(syscall(SYS_getpgid, -1)); T(syscall(SYS_getpgid, NOBODY)); T(syscall(SYS_getsid, -1)); T(syscall(SYS_getsid, NOBODY)); T(getpgid(0) == getpgrp()); T(getpgid(getpid()) == getpgrp()); T(getsid(0) == getsid(getpid()));
	T(syscall(SYS_setpgid, 0, -1)); T(syscall(SYS_setpgid, -1, 0)); T(syscall(SYS_setpgid, NOBODY, 0));
	T(personality(0xffffffff)); T(personality(ADDR_NO_RANDOMIZE)); T(personality(0xffffffff) == ADDR_NO_RANDOMIZE); T(personality(PER_LINUX) == ADDR_NO_RANDOMIZE); T(personality(0xffffffff));
	T(syscall(SYS_sethostname, "x", -1)); T(syscall(SYS_sethostname, "x", 65)); T(syscall(SYS_sethostname, 8, 1)); T(syscall(SYS_setdomainname, "x", -1)); T(syscall(SYS_setdomainname, "x", 65)); T(syscall(SYS_setdomainname, 8, 1));
}

static void unprivileged(void)
{
	struct attr a = { .size = 48, .policy = SCHED_FIFO, .priority = 1 };

	limit(RLIMIT_NICE, 10), limit(RLIMIT_RTPRIO, 3);	/* needs CAP_SYS_RESOURCE */
	T(nice(2)); T(setresuid(1000, 1000, 1000));
	T(syscall(SYS_setpriority, PRIO_PROCESS, 0, 1)); T(nice(-1)); T(nice(1)); T(syscall(SYS_getpriority, PRIO_PROCESS, 0)); T(syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &(int){ 1 })); T(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &(int){ 0 })); T(syscall(SYS_sched_setscheduler, 0, SCHED_BATCH | SCHED_RESET_ON_FORK, &(int){ 0 })); T(syscall(SYS_sched_setscheduler, 0, SCHED_BATCH, &(int){ 0 }));
	T(syscall(SYS_sched_setattr, 0, &a, 0)); T(syscall(SYS_ioprio_set, 1, 0, 1 << 13)); T(syscall(SYS_ioprio_set, 1, 0, 3 << 13)); T(syscall(SYS_setpriority, PRIO_USER, 0, 19)); T(syscall(SYS_getpriority, PRIO_USER, 1000));
}

int main(void)
{
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	nices(), policies(), attributes(), process(), unprivileged(), attributes_within_limits();
	return 0;
}
