/* The program's own set_tid_address(2). Where the C library is in the kernel it has a word of its own, without which no
 * thread would be made or end any more; both are cleared then. */
#include "kernel.h"

OPTIONAL int *libc_tid_word(void) { return NULL; }	/* glue/thread/raw_exit.c */

int *second_tid_word(struct thread *t)
{
	return t->libc_tid;
}

static long raw_set_tid_address(int *addr)
{
	struct thread *t = current();

	if (t->clear_tid && t->clear_tid == libc_tid_word())
		t->libc_tid = t->clear_tid;
	t->clear_tid = addr;
	return t->tid;
}
SYSCALL_BY(218, set_tid_address, raw_set_tid_address, FULL);
