/* sched_setscheduler(2), sched_setattr(2) and their relations, with Linux's checks. weight.c has what policies do. */
#include "kernel.h"
#include "permission.h"
#include "weight.h"
#include "which_thread.h"

#define RESET_ON_FORK	0x40000000
#define SAME_POLICY	(-1)
#define RT_MAX		99

#define NO_DEADLINE	PARTIAL("no SCHED_DEADLINE")

struct attr {
	u32 size, policy;
	u64 flags;
	s32 nice;
	u32 priority;
	u64 runtime, deadline, period;
	u32 util_min, util_max;
};
#define ATTR_SIZE_0	48
#define FLAG_RESET	1
#define FLAG_KEEP_POLICY 8
#define FLAG_KEEP_PARAMS 16

/* May the caller, who has no privilege, change T? As Linux (kernel/sched/core.c, user_check_sched_setscheduler()). */
static bool allowed(const struct thread *t, int policy, int priority, int nice, bool reset)
{
	u64 limit = rlimits[RLIMIT_RTPRIO].soft;

	if (is_fair(policy) && nice < t->nice && !nice_allowed(nice))
		return false;
	if (is_rt(policy) && ((policy != t->policy && !limit) || (priority > t->rt_priority && (u64)priority > limit)))
		return false;
	if (t->policy == SCHED_IDLE && policy != SCHED_IDLE && !nice_allowed(t->nice))	/* which is below all nice values */
		return false;
	return reset || !t->reset_on_fork;
}

/* NICE counts for SCHED_OTHER and SCHED_BATCH. KEEP: all is checked, and of it RESET changes alone, as Linux has
 * SCHED_FLAG_KEEP_PARAMS. */
static long set(struct thread *t, int policy, int priority, int nice, bool reset, bool keep)
{
	if (policy == SAME_POLICY) {
		policy = t->policy;
		reset = t->reset_on_fork;
	}
	if (!is_fair(policy) && policy != SCHED_IDLE && !is_rt(policy))
		return -EINVAL;
	if (priority < 0 || priority > RT_MAX || is_rt(policy) != (priority != 0))
		return -EINVAL;
	if (!capable(CAP_SYS_NICE) && !allowed(t, policy, priority, nice, reset))
		return -EPERM;
	t->reset_on_fork = reset;
	if (keep)
		return 0;
	t->policy = policy;
	t->rt_priority = priority;
	if (is_fair(policy))
		t->nice = nice;
	sched_reweigh(t);
	return 0;
}

static long change(int tid, int policy, const int *user, bool reset)
{
	if (tid < 0 || !user)
		return -EINVAL;
	CHECK_READ(user, sizeof(*user));
	struct thread *t = thread_of(tid);
	return t ? set(t, policy, *user, t->nice, reset, false) : -ESRCH;
}

long sys_sched_setscheduler(int tid, int policy, const int *param)
{
	KERNEL_LOCK();
	return policy < 0 ? -EINVAL : change(tid, policy & ~RESET_ON_FORK, param, policy & RESET_ON_FORK);
}
SYSCALL(144, sched_setscheduler, NO_DEADLINE);

long sys_sched_setparam(int tid, const int *param)
{
	KERNEL_LOCK();
	return change(tid, SAME_POLICY, param, false);
}
SYSCALL(142, sched_setparam, NO_DEADLINE);

long sys_sched_getscheduler(int tid)
{
	KERNEL_LOCK();
	struct thread *t = tid < 0 ? NULL : thread_of(tid);

	return tid < 0 ? -EINVAL : !t ? -ESRCH : t->policy | (t->reset_on_fork ? RESET_ON_FORK : 0);
}
SYSCALL(145, sched_getscheduler, FULL);

long sys_sched_getparam(int tid, int *param)
{
	KERNEL_LOCK();
	if (tid < 0 || !param)
		return -EINVAL;
	struct thread *t = thread_of(tid);
	if (!t)
		return -ESRCH;
	CHECK_WRITE(param, sizeof(*param));
	*param = t->rt_priority;
	return 0;
}
SYSCALL(143, sched_getparam, FULL);

/* What a longer structure of a later Linux has must be zero. */
static long attr_get(const struct attr *user, struct attr *a)
{
	CHECK_READ(user, sizeof(user->size));
	u32 size = user->size ? user->size : ATTR_SIZE_0;
	if (size < ATTR_SIZE_0 || size > PAGE_SIZE)
		goto size;
	CHECK_READ(user, size);
	for (u32 i = sizeof(*a); i < size; i++)
		if (((const char *)user)[i])
			goto size;
	*a = (struct attr){ 0 };
	memcpy(a, user, min(size, (u32)sizeof(*a)));
	return 0;
size:
	if (user_ok(user, sizeof(user->size), PROT_WRITE))
		((struct attr *)user)->size = sizeof(*user);
	return -E2BIG;
}

long sys_sched_setattr(int tid, const struct attr *user, u32 flags)
{
	KERNEL_LOCK();
	struct attr a;

	if (!user || tid < 0 || flags)
		return -EINVAL;
	long err = attr_get(user, &a);
	if (err)
		return err;
	if ((int)a.policy < 0 || a.flags & ~(FLAG_RESET | FLAG_KEEP_POLICY | FLAG_KEEP_PARAMS))
		return -EINVAL;
	struct thread *t = thread_of(tid);
	if (!t)
		return -ESRCH;
	if (a.flags & FLAG_KEEP_POLICY)
		a.policy = SAME_POLICY;
	bool keep = a.flags & FLAG_KEEP_PARAMS;
	if (keep && is_rt(t->policy))
		a.priority = t->rt_priority;
	else if (keep)
		a.nice = t->nice;
	return set(t, a.policy, a.priority, max(min(a.nice, 19), -20), a.flags & FLAG_RESET, keep);
}
SYSCALL(314, sched_setattr, NO_DEADLINE);

long sys_sched_getattr(int tid, struct attr *user, u32 size, u32 flags)
{
	KERNEL_LOCK();
	if (!user || tid < 0 || size > PAGE_SIZE || size < ATTR_SIZE_0 || flags)
		return -EINVAL;
	struct thread *t = thread_of(tid);
	if (!t)
		return -ESRCH;
	size = min(size, (u32)sizeof(struct attr));
	struct attr a = { .size = size, .policy = t->policy, .flags = t->reset_on_fork ? FLAG_RESET : 0 };
	if (is_rt(t->policy))
		a.priority = t->rt_priority;
	else
		a.nice = t->nice;
	CHECK_WRITE(user, size);
	memcpy(user, &a, size);
	return 0;
}
SYSCALL(315, sched_getattr, PARTIAL("no limits of utilisation"));

static long limit(int policy, int rt)
{
	return is_rt(policy) ? rt : policy == SCHED_OTHER || policy == SCHED_BATCH || policy == SCHED_IDLE || policy == SCHED_DEADLINE ?
		0 : -EINVAL;
}

long sys_sched_get_priority_max(int policy) { return limit(policy, RT_MAX); }
SYSCALL(146, sched_get_priority_max, FULL);

long sys_sched_get_priority_min(int policy) { return limit(policy, 1); }
SYSCALL(147, sched_get_priority_min, FULL);

long sys_sched_rr_get_interval(int tid, struct timespec *ts)
{
	KERNEL_LOCK();
	if (tid < 0)
		return -EINVAL;
	struct thread *t = thread_of(tid);
	if (!t)
		return -ESRCH;
	CHECK_WRITE(ts, sizeof(*ts));
	*ts = (struct timespec){ 0, t->policy == SCHED_RR ? RR_SLICE : is_fair(t->policy) ? SCHED_SLICE : 0 };
	return 0;
}
SYSCALL(148, sched_rr_get_interval, FULL);
