/* Threads of the kernel's own that may end. (Apart from create.c, so that their
 * end is not linked in where none does.) */
#include "kernel.h"

static void kernel_thread(void (*fn)(void *), void *arg)
{
	fn(arg);
	klock();
	if (!current()->tid)
		thread_count++;		/* hidden threads were taken off (thread_hide()), and the end does that, too */
	thread_exit();
}

struct thread *thread_create(void (*fn)(void *), void *arg, const char *name)
{
	struct thread *t = thread_create_endless(NULL, fn, name);

	if (t) {
		struct regs *top = (struct regs *)(t->kstack_top - sizeof(*top));
		top->rip = (u64)kernel_thread;
		top->rsi = (u64)arg;
	}
	return t;
}
