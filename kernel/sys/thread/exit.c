/* exit(2) of one thread. */
#include "kernel.h"

OPTIONAL void robust_exit(struct thread *t) { (void)t; }
OPTIONAL void futex_pi_exit(struct thread *t) { (void)t; }
OPTIONAL void pidfd_thread_ends(void) {}	/* sys/pidfd/pidfd.c */
OPTIONAL long futex_wake(int *addr, int n, u32 bits) { (void)addr, (void)n, (void)bits; return 0; }

OPTIONAL int *second_tid_word(struct thread *t) { (void)t; return NULL; }	/* sys/thread/tid_raw.c */

static void clear(int *word)
{
	if (word && user_ok(word, 4, PROT_WRITE)) {
		*word = 0;
		futex_wake(word, 1, ~0u);
	}
}

noreturn static void end_thread(int code)
{
	struct thread *t = current();

	robust_exit(t);
	futex_pi_exit(t);
	pidfd_thread_ends();
	clear(t->clear_tid);
	clear(second_tid_word(t));
	if (thread_count == 1)
		vm_exit(STATUS_EXIT, code);
	thread_exit();
}

noreturn long sys_exit(int code)
{
	klock();
	end_thread(code);
}

/* glue/thread/raw_exit.c, for threads of the C library inside the kernel. */
OPTIONAL void libc_thread_ends(void) {}

/* The program's own exit(2), of which its C library does not know. */
noreturn static long raw_exit(int code)
{
	if (!current()->user_regs)
		libc_thread_ends();
	sys_exit(code);
}
SYSCALL_BY(60, exit, raw_exit, FULL);

/* The thread's own stack goes with it (musl's __unmapself): onto the kernel
 * stack first. */
noreturn static void unmap_and_end(u64 base, u64 len)
{
	klock();
	vm_unmap(base, len);
	end_thread(0);
}

noreturn void sys_unmap_exit(void *base, size_t len)
{
	__asm__ volatile("mov %0, %%rsp\n\txor %%ebp, %%ebp\n\tcall *%1"
			 :: "r"(current()->kstack_top), "r"(unmap_and_end), "D"(base), "S"(len));
	__builtin_unreachable();
}
