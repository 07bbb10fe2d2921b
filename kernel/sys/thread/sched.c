/* sched_yield(2), CPU affinity, getcpu(2), membarrier(2). */
#include "cpu.h"
#include "kernel.h"

long sys_sched_yield(void)
{
	KERNEL_LOCK();
	sched_yield_cpu();
	return 0;
}
SYSCALL(24, sched_yield, FULL);

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
