/* Checks of pointers that programs hand to system calls. */
#include "boot.h"
#include "kernel.h"

/* The kernel image holds libc's own buffers, constants and code. */
static bool image_ok(u64 addr, u64 end, int prot)
{
	if (addr >= (u64)kernel_data_start && end <= (u64)kernel_end)
		return !(prot & PROT_EXEC);
	if (addr >= (u64)monitor_text_start && end <= (u64)kernel_data_start)
		return !(prot & PROT_WRITE);
	return false;
}

/* Kernel stacks hold the locals of libc that runs on them, and kernel threads'. */
static bool kstack_ok(u64 addr, u64 end)
{
	struct thread *t = current();

	return addr >= t->kstack_base && end <= t->kstack_top;
}

bool user_ok(const void *p, size_t len, int prot)
{
	u64 addr = (u64)p, end = addr + len;

	if (end < addr)
		return false;
	if (addr >= DIRECT_BASE && addr < DIRECT_BASE + DIRECT_SIZE)
		return image_ok(addr, end, prot) || kstack_ok(addr, end);
	while (addr < end) {
		struct vma *v = vma_find(addr);
		if (!v || (v->prot & prot) != prot)
			return false;
		if (prot && vma_usable_end(v) < min(end, v->end))
			return false;
		addr = v->end;
	}
	return true;
}

long user_strlen(const char *s, size_t limit)
{
	size_t n = 0;

	while (n < limit) {
		u64 page_left = PAGE_SIZE - ((u64)(s + n) & (PAGE_SIZE - 1));
		if (!user_ok(s + n, 1, PROT_READ))
			return -EFAULT;
		for (u64 i = 0; i < page_left && n < limit; i++, n++)
			if (!s[n])
				return n;
	}
	return -ENAMETOOLONG;
}
