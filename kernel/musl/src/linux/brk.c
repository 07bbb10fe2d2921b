/* brk() and, with sbrk.c, sbrk(), which musl refuses because its malloc() counts on the break. Here malloc() takes
 * no more of it once the program has asked for it, and uses mmap(). */
#define _BSD_SOURCE
#include <errno.h>
#include <unistd.h>
#include "../malloc/mallocng/meta.h"
#undef brk

void *__curbrk;		/* glibc's, which those read who make the call themselves */

hidden uintptr_t __program_break(uintptr_t to)
{
	wrlock();
	ctx.brk = -1;
	unlock();
	uintptr_t end = __syscall(SYS_brk, to);
	__curbrk = (void *)end;
	return end;
}

int brk(void *end)
{
	if (__program_break((uintptr_t)end) >= (uintptr_t)end)
		return 0;
	errno = ENOMEM;
	return -1;
}
