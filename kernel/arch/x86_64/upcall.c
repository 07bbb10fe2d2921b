/* What the monitor passes up: interrupts and faults of ring 3. */
#include "cpu.h"
#include "kernel.h"

extern char monitor_stubs[], kernel_text_start[], kernel_text_end[];
extern char entry_text_start[], entry_text_end[];
extern char klock_touch[];	/* core/thread/lock.c */
OPTIONAL void signal_deliver(struct regs *r) { (void)r; }
OPTIONAL bool signal_fault(struct regs *r, int sig, int code, u64 addr)
{
	(void)r, (void)sig, (void)code, (void)addr;
	return false;
}

void regs_print(const struct regs *r);

#define SIGILL	4
#define SIGTRAP	5
#define SIGBUS	7
#define SIGFPE	8
#define SIGSEGV	11
#define SEGV_MAPERR 1
#define SEGV_ACCERR 2

bool on_kstack(u64 rsp)
{
	struct thread *t = current();

	return rsp - t->kstack_base < KSTACK_SIZE;
}

/* May a signal interrupt here? Not the ways in and out of the kernel (.entry.text): what they keep in the thread,
 * a handler's own system calls would overwrite. */
static bool interruptible_here(const struct regs *r)
{
	return !on_kstack(r->rsp) && (r->rip < (u64)entry_text_start || r->rip >= (u64)entry_text_end);
}

/* sys/raw: of a thread that was on its way out of a raw system call, what it would have been in the program. */
OPTIONAL void raw_leaving(struct regs *r) { (void)r; }

static void interrupt(struct thread *t, struct regs *r, unsigned vector)
{
	bool keep = t->keep_vector;

	t->irq_pending |= 1UL << (vector - VEC_IRQ_BASE);
	t->keep_vector = true;
	for (;;) {
		klock();		/* irq_off is 2 now: the monitor's and ours */
		irq_run_pending();
		if (t->need_resched)
			schedule();
		raw_leaving(r);
		if (interruptible_here(r))
			signal_deliver(r);
		kunlock();
		t->irq_off--;
		if (!t->irq_pending)
			break;
		t->irq_off++;
	}
	t->keep_vector = keep;
}

const char *fault_name(unsigned vector)
{
	/* By vector (Intel SDM vol. 3, table 6-1), in one string: pointers would take more room than the names. */
	const char *s = "divide error\0debug\0-\0breakpoint\0overflow\0-\0invalid opcode\0-\0"
		"-\0-\0-\0segment\0stack fault\0general protection\0"
		"page fault\0-\0x87 error\0alignment check\0-\0SIMD error\0fault\0";

	for (vector = min(vector, 20u); vector; vector--)
		s += strlen(s) + 1;
	return s;
}

/* The program's own fault: its handler, else its end. */
static void app_fault(struct regs *r, unsigned vector, int sig, int code, u64 addr)
{
	if (signal_fault(r, sig, code, addr))
		return;
	if (report_begin()) {
		kprintf("%s at %p, address %p: killed by signal %d\n", fault_name(vector), (void *)r->rip, (void *)addr, sig);
		regs_print(r);
	}
	vm_exit(STATUS_SIGNAL, sig);
}

/* core/mm/lost.c, in programs whose memory can go away during a call. */
OPTIONAL void user_lost_page(struct regs *r, u64 addr)
{
	panic_regs(r, "page fault at %p under the kernel lock", (void *)addr);
}

OPTIONAL void user_lost_step(struct regs *r)
{
	panic_regs(r, "%s in the kernel", fault_name(r->vector));
}

static void page_fault(struct thread *t, struct regs *r)
{
	u64 addr = t->fault_address;

	if (t->kstack_base - addr - 1 < PAGE_SIZE) {
		r->rsp = t->kstack_base;	/* where a trace can begin */
		panic_regs(r, "the kernel stack of this thread is full");
	}
	klock();
	int err = vm_fault(addr, r->error);
	int code = err == -EFAULT && vma_find(addr) ? SEGV_ACCERR : SEGV_MAPERR;
	kunlock();
	if (!err)
		return;
	if (r->rip == (u64)klock_touch) {	/* the call may do with less */
		r->rip += KLOCK_TOUCH;
		return;
	}
	if (err == -ENOMEM)
		out_of_memory("for 4 KB more of the program");
	if (t->lock_depth)
		user_lost_page(r, addr);
	else if (err == -EFAULT)
		app_fault(r, 14, SIGSEGV, code, addr);
	else
		app_fault(r, 14, SIGBUS, 2, addr);	/* BUS_ADRERR: the file has no such page, or it cannot be read */
}

/* Signal and si_code of an exception, as Linux has them (arch/x86/kernel/traps.c). */
static void exception(struct regs *r)
{
	switch (r->vector) {
	case 0: app_fault(r, r->vector, SIGFPE, 1, r->rip); break;	/* FPE_INTDIV */
	case 16:
	case 19: app_fault(r, r->vector, SIGFPE, 7, r->rip); break;	/* FPE_FLTINV */
	case 1: app_fault(r, r->vector, SIGTRAP, 2, r->rip); break;	/* TRAP_TRACE */
	case 3: app_fault(r, r->vector, SIGTRAP, 0x80, 0); break;
	case 6: app_fault(r, r->vector, SIGILL, 2, r->rip); break;	/* ILL_ILLOPN */
	case 12: app_fault(r, r->vector, SIGBUS, 0x80, 0); break;	/* a stack pointer that is no address */
	case 17: app_fault(r, r->vector, SIGBUS, 1, 0); break;		/* BUS_ADRALN */
	default: app_fault(r, r->vector, SIGSEGV, 0x80, 0);
	}
}

void upcall(struct regs *r)
{
	struct thread *t = current();
	unsigned vector = (u32)(r->vector - (u64)monitor_stubs) / STUB_SIZE - 1;

	r->vector = vector;
	if (!((u64)ERROR_CODES >> vector & 1))
		r->error = 0;
	if (vector >= VEC_IRQ_BASE) {
		interrupt(t, r, vector);
		return;
	}
	bool keep = t->keep_vector;
	struct regs *outer = t->user_regs;
	t->keep_vector = true;
	if (!on_kstack(r->rsp))
		t->user_regs = r;
	if (vector == 14)
		page_fault(t, r);
	else if (!t->lock_depth)
		exception(r);
	else
		user_lost_step(r);
	t->keep_vector = keep;
	t->user_regs = outer;
}
