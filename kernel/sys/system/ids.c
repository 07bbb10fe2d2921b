/* Which process: 1, leader of its group and session. */
#include "kernel.h"
#include "process.h"

long sys_getpid(void) { return PROCESS_ID; }
SYSCALL(39, getpid, FULL);
long sys_getppid(void) { return 0; }
SYSCALL(110, getppid, FULL);
long sys_getpgrp(void) { return 1; }
SYSCALL(111, getpgrp, FULL);
long sys_getpgid(int pid) { return pid == 0 || pid == 1 ? 1 : -ESRCH; }
SYSCALL(121, getpgid, FULL);
long sys_getsid(int pid) { return pid == 0 || pid == 1 ? 1 : -ESRCH; }
SYSCALL(124, getsid, FULL);
long sys_setsid(void) { return -EPERM; }
SYSCALL(112, setsid, FULL);

/* It is in the one group that it can be in. */
long sys_setpgid(int pid, int pgid)
{
	if (pgid < 0 || (!pgid && pid < 0))
		return -EINVAL;
	if (pid != 0 && pid != 1)
		return -ESRCH;
	return pgid == 0 || pgid == 1 ? 0 : -EPERM;
}
SYSCALL(109, setpgid, FULL);
