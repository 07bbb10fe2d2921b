/* The kernel's last words. Addresses are printed raw, one a line with their
 * frame number; the runner names them from the symbol files. */
#include "cpu.h"
#include "kernel.h"
#include "boot.h"

#define MAX_FRAMES 32

void kvprintf(const char *f, va_list ap);
OPTIONAL void modules_print(void) {}		/* boot/modules.c */
OPTIONAL void last_syscall_print(void) {}	/* sys/raw/raw.c: the C library's calls have no numbers */

/* By the page tables, as they know modules too. What is not present could need a disk, or find the kernel as broken as it is. */
static bool readable(u64 first, u64 last)
{
	return last < USER_MAX && !(~(page_entry(first) & page_entry(last)) & (PTE_P | PTE_U));
}

/* Code without frame pointers leaves its return addresses on the stack:
 * words that point into executable memory behind a call. */
static void scan_stack(const u64 *sp)
{
	unsigned frame = 1;

	for (unsigned i = 0; i < 512 && frame < MAX_FRAMES; i++) {
		if (!readable((u64)(sp + i), (u64)(sp + i) + 7))
			return;
		u64 a = sp[i];
		if (readable(a - 6, a - 1) && !(page_entry(a - 1) & PTE_NX) &&
		    (((u8 *)a)[-5] == 0xe8 || ((u8 *)a)[-2] == 0xff || ((u8 *)a)[-3] == 0xff || ((u8 *)a)[-6] == 0xff))
			kprintf("  #%u %p\n", frame++, (void *)a);
	}
}

void regs_print(const struct regs *r)
{
	struct thread *t = current();

	static const char names[][4] = { "r15", "r14", "r13", "r12", "rbp", "rbx", "r11", "r10",
		"r9 ", "r8 ", "rsi", "rdi", "rdx", "rcx", "rax" };

	kprintf("rip %016lx rsp %016lx rflags %08lx error %lx cr2 %016lx\n", r->rip, r->rsp, r->rflags, r->error, t->fault_address);
	for (unsigned i = 0; i < array_len(names); i++)
		kprintf(i % 4 == 3 ? "%s %016lx\n" : "%s %016lx ", names[i], (&r->r15)[i]);
	kprintf("fs  %016lx\n", fsbase());
	kprintf("thread %d \"%s\"\n", t->tid, t->name);
	last_syscall_print();
	modules_print();
	kprintf("  #0 %p\n", (void *)r->rip);
	scan_stack((const u64 *)r->rsp);
}

/* One thread says why all ends; another CPU's would get between its lines. False: this one has failed again, in
 * its report, or the other does not come to an end (this one may hold the lock that it waits for). */
bool report_begin(void)
{
	static struct thread *reporter;
	struct thread *t = current(), *first = NULL;

	t->irq_off++;
	if (__atomic_compare_exchange_n(&reporter, &first, t, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		return true;
	for (u32 n = 1 << 26; first != t && n; n--)
		__builtin_ia32_pause();
	return false;
}

/* Why, and where: what R says, or the return address at SP. */
static void last_words(const struct regs *r, const u64 *sp, const char *f, va_list ap)
{
	if (!report_begin())
		vm_exit(STATUS_PANIC, 2);
	kprintf("panic: ");
	kvprintf(f, ap);
	kprintf("\n");
	if (r) {
		regs_print(r);
	} else {
		modules_print();
		kprintf("  #0 %p\n", (void *)(*sp - 1));
		scan_stack(sp + 1);
	}
	vm_exit(STATUS_PANIC, 1);
}

void panic_regs(const struct regs *r, const char *f, ...)
{
	va_list ap;
	va_start(ap, f);
	last_words(r, NULL, f, ap);
	__builtin_unreachable();
}

void panic(const char *f, ...)
{
	va_list ap;
	va_start(ap, f);
	last_words(NULL, (u64 *)__builtin_frame_address(0) + 1, f, ap);
	__builtin_unreachable();
}
