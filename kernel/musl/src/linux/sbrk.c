/* sbrk(): see brk.c. */
#define _BSD_SOURCE
#include <errno.h>
#include <stdint.h>
#include <unistd.h>
#include "syscall.h"

hidden uintptr_t __program_break(uintptr_t);

void *sbrk(intptr_t more)
{
	uintptr_t old = __program_break(0), new = old + more;

	if ((more > 0 ? new < old : new > old) || (more && __program_break(new) != new)) {
		errno = ENOMEM;
		return (void *)-1;
	}
	return (void *)old;
}
