/* Signals of a thread that calls the kernel directly, from libc: a handler
 * runs at the end of the call, before it returns. */
#include "kernel.h"
#include "signal.h"

void signal_after_lock(void)
{
	if (signal_deliverable(current()) && !on_kstack((u64)__builtin_frame_address(0)))
		signal_here();
}

void signal_here_deliver(struct regs *r)
{
	struct thread *t = current();

	klock();
	t->keep_vector = true;		/* a handler starts with clean registers, even if others run first */
	signal_deliver(r);
	kunlock();
	t->keep_vector = false;
}

/* libc asks, when a call was interrupted and its handler has run. */
int sys_signal_restarts(void)
{
	return signal_state(current())->restart;
}
