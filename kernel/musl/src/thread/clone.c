/* musl's internal clone: a new thread of this address space. */
#include <stdarg.h>
#include "pthread_impl.h"

long sys_clone_thread(int (*fn)(void *), void *stack, int flags, void *arg, int *ptid, void *tls, int *ctid);

/* glue/loader/thread_stack.c, where stacks may have to be executable. */
static void no_stack(void *thread) {}
weak_alias(no_stack, uk_thread_stack);

int __clone(int (*fn)(void *), void *stack, int flags, void *arg, ...)
{
	va_list ap;
	int *ptid, *ctid;
	void *tls;

	va_start(ap, arg);
	ptid = va_arg(ap, int *);
	tls = va_arg(ap, void *);
	ctid = va_arg(ap, int *);
	va_end(ap);
	uk_thread_stack(tls);
	return sys_clone_thread(fn, stack, flags, arg, ptid, tls, ctid);
}
