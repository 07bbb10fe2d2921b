/* Who runs: process 1, root. */
#include "kernel.h"

long sys_getpid(void) { return 1; }
SYSCALL(39, getpid);
long sys_getppid(void) { return 0; }
SYSCALL(110, getppid);
long sys_getpgrp(void) { return 1; }
SYSCALL(111, getpgrp);
long sys_getpgid(int pid) { return pid == 0 || pid == 1 ? 1 : -ESRCH; }
SYSCALL(121, getpgid);
long sys_getsid(int pid) { return pid == 0 || pid == 1 ? 1 : -ESRCH; }
SYSCALL(124, getsid);
long sys_setsid(void) { return -EPERM; }
SYSCALL(112, setsid);
long sys_setpgid(int pid, int pgid) { return (pid | 1) == 1 && (pgid | 1) == 1 ? 0 : -ESRCH; }
SYSCALL(109, setpgid);

long sys_getuid(void) { return 0; }
SYSCALL(102, getuid);
long sys_geteuid(void) { return 0; }
SYSCALL(107, geteuid);
long sys_getgid(void) { return 0; }
SYSCALL(104, getgid);
long sys_getegid(void) { return 0; }
SYSCALL(108, getegid);
