/* The end of a detached thread: its stack goes, then the thread. */
#include "pthread_impl.h"

_Noreturn void sys_unmap_exit(void *base, size_t len);

void __unmapself(void *base, size_t size)
{
	sys_unmap_exit(base, size);
}
