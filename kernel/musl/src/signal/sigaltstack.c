#include <signal.h>
#include "syscall.h"

/* As glibc's, the kernel alone judges: it takes SS_ONSTACK and SS_AUTODISARM. */
int sigaltstack(const stack_t *restrict ss, stack_t *restrict old)
{
	return syscall(SYS_sigaltstack, ss, old);
}
