/* The C library inside the kernel changes the identity of all threads with setuid() and its relations, as POSIX has it. */
#include "identity.h"
#include "kernel.h"
#include "list.h"

void sys_identity_everywhere(void)
{
	KERNEL_LOCK();
	struct thread *t;

	list_each(t, &all_threads, all)
		t->identity = current()->identity;
}
