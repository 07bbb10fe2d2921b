/* What the C library asks of a text that it was given: can the program write to it? */
#include "kernel.h"

int uk_is_writable(const void *p, unsigned long n);

int uk_is_writable(const void *p, unsigned long n)
{
	KERNEL_LOCK();
	return user_ok(p, n, PROT_WRITE);
}
