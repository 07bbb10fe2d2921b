/* Checks of pointers that programs hand to system calls. */
#include "boot.h"
#include "kernel.h"

/* The kernel image holds libc's own buffers, constants and code. The kernel's variables are nobody's to name. */
static bool image_ok(u64 addr, u64 end, int prot)
{
	if (addr >= (u64)libc_data_start && end <= (u64)libc_data_end)
		return !(prot & PROT_EXEC) && (addr < (u64)copyvar_end || end > (u64)kernel_bss_start);	/* nothing is between */
	if (addr >= (u64)monitor_text_start && end <= (u64)kernel_data_start)
		return !(prot & PROT_WRITE);
	return false;
}

/* Kernel stacks hold the locals of libc that runs on them, and kernel threads'. During a raw system call its own are there. */
static bool kstack_ok(u64 addr, u64 end)
{
	struct thread *t = current();

	return !t->user_regs && addr >= t->kstack_base && end <= t->kstack_top;
}

size_t user_room(const void *p, size_t len, int prot)
{
	u64 addr = (u64)p, at = addr, end = addr + len;

	if (end < addr)
		return 0;
	if (addr >= DIRECT_BASE && addr < DIRECT_BASE + DIRECT_SIZE)
		return image_ok(addr, end, prot) || (!(prot & PROT_EXEC) && kstack_ok(addr, end)) ? len : 0;
	while (at < end) {
		struct vma *v = vma_find(at);
		if (!v || ((v->prot ? v->prot | PROT_READ : 0) & prot) != prot)	/* page tables know no write-only */
			break;
		u64 usable = prot ? vma_usable_end(v) : v->end;
		at = max(at, usable);
		if (usable < v->end)
			break;
	}
	return min(at, end) - addr;
}

bool user_ok(const void *p, size_t len, int prot)
{
	return user_room(p, len, prot) == len;
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
