/* As musl's, and what the kernel does itself behind calls that are instructions (kernel/core/mm/lost.c). */
#include <errno.h>
#include "syscall.h"

static long same(long r)
{
	return r;
}

weak_alias(same, user_lost_result);
hidden long user_lost_result(long r);

long __syscall_ret(unsigned long r)
{
	r = user_lost_result(r);
	if (r > -4096UL) {
		errno = -r;
		return -1;
	}
	return r;
}
