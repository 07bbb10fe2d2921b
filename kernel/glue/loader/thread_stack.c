/* Stacks of threads that are to be executable (kernel/elf/exec_stack.c). Those that a program brought itself
 * are its own to protect, as in glibc. */
#include <stdbool.h>
#include <sys/mman.h>
#include "pthread_impl.h"

bool uk_stacks_executable(void);

static long make_executable(pthread_t t)
{
	if (!t->map_base)
		return 0;
	return __mprotect(t->map_base + t->guard_size, t->map_size - t->guard_size, PROT_READ | PROT_WRITE | PROT_EXEC);
}

/* Called by __clone() with the structure of the thread to be. */
void uk_thread_stack(void *thread)
{
	if (uk_stacks_executable())
		make_executable(thread);
}

long uk_thread_stacks_executable(void)
{
	pthread_t self = __pthread_self(), t = self;
	long err = 0;

	if (!libc.tls_size)	/* before there are threads, and this one's structure */
		return 0;
	__inhibit_ptc();
	__tl_lock();
	do
		err |= make_executable(t);
	while ((t = t->next) != self);
	__tl_unlock();
	__release_ptc();
	return err;
}
