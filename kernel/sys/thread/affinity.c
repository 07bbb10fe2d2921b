/* sched_setaffinity(2). The scheduler asks here where threads may run (core/thread/sched.c, arch/x86_64/smp.c). */
#include "cpu.h"
#include "kernel.h"

bool sched_allowed(const struct thread *t, const struct cpu *c)
{
	return cpus_allowed(t) >> c->index & 1;
}

/* None of the CPUs that T may run on is idle, and it may not run here: one of them is to look at the queue. */
void sched_demand(const struct thread *t)
{
	if (t->affinity && !sched_allowed(t, current_cpu()))
		cpu_look_again(cpus[__builtin_ctzl(t->affinity)]);
}

OPTIONAL bool kick_idle_cpu(const struct thread *t) { (void)t; return false; }	/* arch/x86_64/smp.c */

long sys_sched_setaffinity(int tid, u32 len, const void *user)
{
	u64 mask = 0;

	KERNEL_LOCK();
	len = min(len, (u32)sizeof(mask));
	CHECK_READ(user, len);
	memcpy(&mask, user, len);
	struct thread *t = tid ? thread_by_tid(tid) : current();
	if (!t)
		return -ESRCH;
	mask &= cpus_all();
	if (!mask)
		return -EINVAL;
	t->affinity = mask;
	if (t->state == THREAD_RUNNING && !sched_allowed(t, t->cpu))
		cpu_look_again(t->cpu);
	else if (t->state == THREAD_READY)
		kick_idle_cpu(t);
	if (t == current() && t->need_resched)
		schedule();	/* it returns where it may run */
	return 0;
}
SYSCALL(203, sched_setaffinity, FULL);
