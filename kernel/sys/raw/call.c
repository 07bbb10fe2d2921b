/* A raw system call, from the landing on. A traced kernel's linker puts the tracer in the place of sys_dynamic() here
 * (kernel/trace), so that is in another file. */
#include "kernel.h"
#include "signal.h"

OPTIONAL long user_lost_result(long result) { return result; }	/* core/mm/lost.c */

long sys_dynamic(long nr, long a, long b, long c, long d, long e, long f);	/* raw.c */

void last_syscall_print(void)
{
	if (current()->last_syscall)
		kprintf("last raw system call %d\n", current()->last_syscall - 1);
}

/* Again where an interrupt came behind the look (landing.S). */
void raw_signals(struct regs *r)
{
	struct thread *t = current();

	t->keep_vector = true;		/* programs keep vector registers across SYSCALL */
	t->raw_late = false;
	signal_deliver_syscall(r);
	t->keep_vector = false;
}

void raw_syscall(struct regs *r)
{
	struct thread *t = current();

	t->user_regs = r;
	t->last_syscall = r->error + 1;
	t->keep_vector = true;
	r->rax = user_lost_result(sys_dynamic(r->error, r->rdi, r->rsi, r->rdx, r->r10, r->r8, r->r9));
	raw_signals(r);
	t->user_regs = NULL;
}
