/* sched_yield(2), sched_getaffinity(2), getcpu(2), membarrier(2). */
#include "cpu.h"
#include "kernel.h"

long sys_sched_yield(void)
{
	KERNEL_LOCK();
	sched_yield_cpu();
	return 0;
}
SYSCALL(24, sched_yield, FULL);

/* musl counts processors by it, so it needs nothing of affinity.c. */
long sys_sched_getaffinity(int tid, size_t len, u64 *mask)
{
	KERNEL_LOCK();
	if (len * 8 < cpu_count || len & 7)
		return -EINVAL;
	struct thread *t = tid ? thread_by_tid(tid) : current();
	if (!t)
		return -ESRCH;
	CHECK_WRITE(mask, 8);
	*mask = cpus_allowed(t);
	return 8;
}
SYSCALL(204, sched_getaffinity, FULL);

long sys_getcpu(u32 *cpu, u32 *node)
{
	if (cpu)
		*cpu = current_cpu()->index;
	if (node)
		*node = 0;
	return 0;
}

/* membarrier(2): other CPUs pass a barrier when they take the interrupt. */
#define MEMBARRIER_QUERY		0
#define GLOBAL				1
#define GLOBAL_EXPEDITED		2
#define REGISTER_GLOBAL_EXPEDITED	4
#define PRIVATE_EXPEDITED		8
#define REGISTER_PRIVATE_EXPEDITED	16

long sys_membarrier(int cmd, unsigned flags, int cpu)
{
	static int registered;	/* commands that say that others will come */

	if (flags)
		return -EINVAL;
	switch (cmd) {
	case MEMBARRIER_QUERY:
		return GLOBAL | GLOBAL_EXPEDITED | REGISTER_GLOBAL_EXPEDITED | PRIVATE_EXPEDITED | REGISTER_PRIVATE_EXPEDITED;
	case REGISTER_GLOBAL_EXPEDITED:
	case REGISTER_PRIVATE_EXPEDITED:
		registered |= cmd;
		return 0;
	case PRIVATE_EXPEDITED:
		if (!(registered & REGISTER_PRIVATE_EXPEDITED))
			return -EPERM;
		break;
	case GLOBAL:
	case GLOBAL_EXPEDITED:
		break;
	default:
		return -EINVAL;
	}
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (cpu_count > 1)
		tlb_flush();
	return 0;
}
SYSCALL(324, membarrier, PARTIAL("no SYNC_CORE, no RSEQ"));
