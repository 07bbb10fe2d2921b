/* brk(2): the heap that grows behind the program. */
#include "kernel.h"
#include "proc_parts.h"

static u64 brk_start, brk_now;

void brk_init(u64 start)
{
	brk_start = brk_now = align_up(start, (u64)PAGE_SIZE);
}

u64 brk_begin(void)
{
	return brk_start;
}

/* Is ADDR in the heap? */
bool brk_holds(u64 addr)
{
	return addr >= brk_start && addr < brk_now;
}

long sys_brk(u64 want)
{
	KERNEL_LOCK();
	u64 from = align_up(brk_now, (u64)PAGE_SIZE), to = align_up(want, (u64)PAGE_SIZE);

	if (want < brk_start || want >= USER_MAX || !brk_start)
		return brk_now;
	if (to > from) {
		struct vma *v = vma_next(from);
		if (v && v->start < to + PAGE_SIZE)
			return brk_now;
		if (vm_map(from, to - from, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, NULL, 0) < 0)
			return brk_now;
	} else if (to < from) {
		vm_unmap(to, from - to);
	}
	brk_now = want;
	return brk_now;
}
SYSCALL(12, brk, FULL);
