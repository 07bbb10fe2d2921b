/* A program's memory that goes away while a system call uses it: another thread unmaps or protects it, or takes the
 * file's end away, while the call sleeps; or the file cannot be read. Calls look at their buffers before they begin
 * (core/mm/user.c), and then use them like memory of their own. So the one instruction that finds nothing there gets a
 * page to work on, in single step, which is thrown away behind it; what was found lost is noted in the thread, and
 * the call ends with EFAULT, or with what it moved before (user_copied).
 *
 * The kernel lock is held all the while: nobody maps anything there meanwhile. */
#include "cpu.h"
#include "kernel.h"
#include "x86.h"

#define PAGES		4	/* that one instruction can reach: two operands, each across a border */

const char user_lost_anchor[1];

static struct { u64 *pte, old; } lent[PAGES];
static unsigned lent_count;
static u64 rip;			/* of the instruction that has them */

/* At an access to ADDR, which vm_fault() could not help. */
void user_lost_page(struct regs *r, u64 addr)
{
	struct thread *t = current();
	int level;

	if (addr < USER_MIN || addr >= USER_NOWHERE + PAGE_SIZE || addr - DIRECT_BASE < DIRECT_SIZE || lent_count == PAGES)
		panic_regs(r, "page fault at %p under the kernel lock", (void *)addr);
	u64 *pte = pte_find(addr, true, &level);
	void *page = page_alloc();
	if (pte && level == 2)
		pte = huge_split(pte) ? pte_find(addr, true, &level) : NULL;
	if (!pte || !page)
		out_of_memory("while a system call ended");
	if (*pte)	/* it may not be written to: others may read it on */
		memcpy(page, pte_page(*pte), PAGE_SIZE);
	lent[lent_count].pte = pte;
	lent[lent_count++].old = *pte;
	*pte = virt_to_phys(page) | pte_flags(PROT_READ | PROT_WRITE);
	rip = r->rip;
	r->rflags |= RFLAGS_TF;
	if (!t->user_lost)
		t->user_lost = addr;
}

/* After that instruction, or at another fault of the kernel's own. */
void user_lost_step(struct regs *r)
{
	if (!lent_count || r->vector != 1)
		panic_regs(r, "%s in the kernel", fault_name(r->vector));
	while (lent_count) {
		u64 *pte = lent[--lent_count].pte;
		pte_put(*pte);
		*pte = lent[lent_count].old;
	}
	tlb_flush();
	r->rflags &= ~(u64)RFLAGS_TF;
	if (r->rip == rip)	/* a repeated one: its other turns are lost as well */
		r->rcx = 0;
}

/* RESULT of a call: -EFAULT if memory was lost meanwhile, and nothing else was wrong. */
long user_lost_result(long result)
{
	struct thread *t = current();

	if (!t->user_lost)
		return result;
	t->user_lost = 0;
	return result < 0 && result > -4096 ? result : -EFAULT;
}
