/* wait4(2), waitid(2). There is one process, and it has no children. */
#include "kernel.h"

#define WNOHANG		1
#define WSTOPPED	2
#define WEXITED		4
#define WCONTINUED	8
#define WNOWAIT		0x1000000
#define WAIT_CLONES	0xe0000000u	/* __WNOTHREAD, __WALL, __WCLONE */

#define P_ALL	0
#define P_PID	1
#define P_PGID	2
#define P_PIDFD	3

long sys_wait4(int pid, int *status, u32 options, void *usage)
{
	if (options & ~(WNOHANG | WSTOPPED | WCONTINUED | WAIT_CLONES))
		return -EINVAL;
	return pid == -2147483647 - 1 ? -ESRCH : -ECHILD;
}
SYSCALL(61, wait4, FULL);

long sys_waitid(int which, int id, void *info, u32 options, void *usage)
{
	if (options & ~(WNOHANG | WNOWAIT | WEXITED | WSTOPPED | WCONTINUED | WAIT_CLONES) ||
	    !(options & (WEXITED | WSTOPPED | WCONTINUED)))
		return -EINVAL;
	if (which < P_ALL || which > P_PIDFD || (which == P_PID && id <= 0) || (which >= P_PGID && id < 0))
		return -EINVAL;
	return which == P_PIDFD ? -EBADF : -ECHILD;
}
SYSCALL(247, waitid, PARTIAL("no file is a pidfd to it"));
