#define _BSD_SOURCE
#include <stdarg.h>
#include <unistd.h>
#include "syscall.h"

#undef syscall

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
	while (r == -EINTR && UK_RESTARTABLE(n) && (n != SYS_futex || !d) && sys_signal_restarts());
	return __syscall_ret(r);
}
