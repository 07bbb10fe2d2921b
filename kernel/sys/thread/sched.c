/* sched_yield(2), CPU affinity and scheduling policies. There is one policy;
 * asking for another one succeeds only where it changes nothing. */
#include "cpu.h"
#include "kernel.h"

long sys_sched_yield(void)
{
	KERNEL_LOCK();
	sched_yield_cpu();
	return 0;
}
SYSCALL(24, sched_yield);

long sys_sched_getaffinity(int tid, size_t len, u8 *mask)
{
	KERNEL_LOCK();
	if (len < 8 || len & 7)
		return -EINVAL;
	CHECK_WRITE(mask, 8);
	*(u64 *)mask = (1UL << cpu_count) - 1;
	return 8;
}
SYSCALL(204, sched_getaffinity);

long sys_sched_setaffinity(int tid, size_t len, const u8 *mask)
{
	KERNEL_LOCK();
	CHECK_READ(mask, len);
	for (size_t i = 0; i < len && i < 8; i++)
		if (mask[i] & (((1UL << cpu_count) - 1) >> (8 * i)))
			return 0;	/* a wish, not a promise: threads may still move */
	return -EINVAL;
}
SYSCALL(203, sched_setaffinity);

long sys_sched_getscheduler(int tid) { return 0; }
SYSCALL(145, sched_getscheduler);

long sys_sched_setscheduler(int tid, int policy, const int *param) { return policy == 0 || policy == 3 ? 0 : -EPERM; }
SYSCALL(144, sched_setscheduler);

long sys_sched_getparam(int tid, int *param)
{
	KERNEL_LOCK();
	CHECK_WRITE(param, 4);
	*param = 0;
	return 0;
}
SYSCALL(143, sched_getparam);

long sys_sched_setparam(int tid, const int *param) { return 0; }
SYSCALL(142, sched_setparam);

long sys_sched_get_priority_max(int policy) { return policy == 1 || policy == 2 ? 99 : 0; }
SYSCALL(146, sched_get_priority_max);

long sys_sched_get_priority_min(int policy) { return policy == 1 || policy == 2 ? 1 : 0; }
SYSCALL(147, sched_get_priority_min);

long sys_sched_rr_get_interval(int tid, struct timespec *ts)
{
	KERNEL_LOCK();
	CHECK_WRITE(ts, sizeof(*ts));
	*ts = (struct timespec){ 0, 5000000 };
	return 0;
}
SYSCALL(148, sched_rr_get_interval);

long sys_getpriority(int which, int who) { return 20; }
SYSCALL(140, getpriority);

long sys_setpriority(int which, int who, int prio) { return 0; }
SYSCALL(141, setpriority);

/* As the C library calls it; sys/time/raw_clock.c checks pointers first. */
long sys_getcpu(u32 *cpu, u32 *node)
{
	if (cpu)
		*cpu = current_cpu()->index;
	if (node)
		*node = 0;
	return 0;
}

/* membarrier(2): other CPUs pass a barrier when they take the interrupt. */
long sys_membarrier(int cmd, unsigned flags, int cpu)
{
	if (cmd == 0)
		return 1 | 2 | 4 | 8 | 16;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (cpu_count > 1)
		tlb_flush();
	return 0;
}
SYSCALL(324, membarrier);
