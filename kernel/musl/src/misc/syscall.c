#define _BSD_SOURCE
#include <stdarg.h>
#include <unistd.h>
#include "futex.h"
#include "syscall.h"

#define FUTEX_LOCK_PI2 13

#undef syscall

/* futex(2): whoever waits for a lock with priority inheritance goes on whatever the handler's flags say. */
static int goes_on(long n, long op)
{
	return n == SYS_futex && ((op & 127) == FUTEX_LOCK_PI || (op & 127) == FUTEX_LOCK_PI2);
}

/* As the kernel does for programs that make the call themselves, an interrupted one is made again (SA_RESTART). */
long syscall(long n, ...)
{
	syscall_arg_t a, b, c, d, e, f;
	va_list ap;
	long r;

	va_start(ap, n);
	a = va_arg(ap, syscall_arg_t);
	b = va_arg(ap, syscall_arg_t);
	c = va_arg(ap, syscall_arg_t);
	d = va_arg(ap, syscall_arg_t);
	e = va_arg(ap, syscall_arg_t);
	f = va_arg(ap, syscall_arg_t);
	va_end(ap);
	do r = __syscall(n, a, b, c, d, e, f);
	while (r == -EINTR && (goes_on(n, b) || (UK_RESTARTABLE(n) && (n != SYS_futex || !d) && sys_signal_restarts())));
	return __syscall_ret(r);
}
