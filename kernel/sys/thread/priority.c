/* setpriority(2), getpriority(2), ioprio_set(2), ioprio_get(2). */
#include "kernel.h"
#include "permission.h"
#include "which_thread.h"

#define PRIO_PROCESS	0
#define PRIO_PGRP	1
#define PRIO_USER	2
#define NICE_MIN	(-20)
#define NICE_MAX	19

#define ESRCH_IF_NOT_US(which, who) \
	if ((which == PRIO_PGRP && who != 0 && who != 1) || (which == PRIO_USER && who != 0 && who != (int)identity()->user.real)) \
		return -ESRCH

/* The thread meant; of a group or a user that is the whole process, whose first thread stands for it. */
static struct thread *subject(int which, int who)
{
	return which == PRIO_PROCESS ? thread_of(who) : thread_of(1);
}

static void set_all(int which, struct thread *one, int nice)
{
	struct thread *t;

	list_each(t, &all_threads, all)
		if (which != PRIO_PROCESS || t == one)
			t->nice = nice;
}

long sys_setpriority(int which, int who, int nice)
{
	KERNEL_LOCK();
	if (which < PRIO_PROCESS || which > PRIO_USER)
		return -EINVAL;
	ESRCH_IF_NOT_US(which, who);
	struct thread *t = subject(which, who);
	if (!t)
		return -ESRCH;
	KEEP(sched_reweigh);	/* weight.c */
	nice = max(min(nice, NICE_MAX), NICE_MIN);
	if (nice < t->nice && !nice_allowed(nice) && !capable(CAP_SYS_NICE))
		return -EACCES;
	set_all(which, t, nice);
	return 0;
}
SYSCALL(141, setpriority, FULL);

long sys_getpriority(int which, int who)
{
	KERNEL_LOCK();
	if (which < PRIO_PROCESS || which > PRIO_USER)
		return -EINVAL;
	ESRCH_IF_NOT_US(which, who);
	struct thread *t = subject(which, who);
	return t ? 20 - t->nice : -ESRCH;
}
SYSCALL(140, getpriority, FULL);

#define IOPRIO_PROCESS	1
#define IOPRIO_USER	3
#define CLASS(value)	((value) >> 13 & 7)
#define LEVEL(value)	((value) & 7)
#define CLASS_NONE	0
#define CLASS_REALTIME	1
#define CLASS_BEST	2
#define CLASS_IDLE	3

static long check(int value)
{
	switch (CLASS(value)) {
	case CLASS_NONE:
		return LEVEL(value) ? -EINVAL : 0;
	case CLASS_REALTIME:
		return capable(CAP_SYS_ADMIN) || capable(CAP_SYS_NICE) ? 0 : -EPERM;
	case CLASS_BEST:
	case CLASS_IDLE:
		return 0;
	}
	return -EINVAL;
}

long sys_ioprio_set(int which, int who, int value)
{
	KERNEL_LOCK();
	struct thread *t;
	long err = check(value);

	if (err)
		return err;
	if (which < IOPRIO_PROCESS || which > IOPRIO_USER)
		return -EINVAL;
	ESRCH_IF_NOT_US(which - IOPRIO_PROCESS, who);
	struct thread *one = subject(which - IOPRIO_PROCESS, who);
	if (!one)
		return -ESRCH;
	list_each(t, &all_threads, all)
		if (which != IOPRIO_PROCESS || t == one)
			t->ioprio = value;
	return 0;
}
SYSCALL(251, ioprio_set, PARTIAL("kept and told, but disks serve requests as they come"));

long sys_ioprio_get(int which, int who)
{
	KERNEL_LOCK();
	if (which < IOPRIO_PROCESS || which > IOPRIO_USER)
		return -EINVAL;
	ESRCH_IF_NOT_US(which - IOPRIO_PROCESS, who);
	struct thread *t = subject(which - IOPRIO_PROCESS, who);
	if (!t)
		return -ESRCH;
	return t->ioprio;
}
SYSCALL(252, ioprio_get, FULL);
