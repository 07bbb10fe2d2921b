/* membarrier(), without musl's way for kernels that lack it. */
#include <sys/membarrier.h>
#include "syscall.h"

int __membarrier(int cmd, int flags)
{
	return syscall(SYS_membarrier, cmd, flags);
}
weak_alias(__membarrier, membarrier);

/* Before the first thread, when registering costs nothing. */
void __membarrier_init(void)
{
	__syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0);
}
