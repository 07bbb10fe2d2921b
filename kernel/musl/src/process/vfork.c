/* No second process shares this address space: fork(), and so vfork(), is
 * whatever sys_fork() answers. */
#define _GNU_SOURCE
#include <unistd.h>
#include "syscall.h"

pid_t vfork(void)
{
	return syscall(SYS_vfork);
}
