#include "file.h"

long sys_umask(u32 mask)
{
	KERNEL_LOCK();
	u32 old = fs_umask;
	fs_umask = mask & 0777;
	return old;
}
SYSCALL(95, umask, FULL);
