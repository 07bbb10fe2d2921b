/* Changing identity: there is one user; becoming another one changes nothing
 * that the kernel would check, so it succeeds, as it does for root. */
#include "kernel.h"

long sys_setuid(u32 uid) { return 0; }
SYSCALL(105, setuid);
long sys_setgid(u32 gid) { return 0; }
SYSCALL(106, setgid);
long sys_setreuid(u32 r, u32 e) { return 0; }
SYSCALL(113, setreuid);
long sys_setregid(u32 r, u32 e) { return 0; }
SYSCALL(114, setregid);
long sys_setresuid(u32 r, u32 e, u32 s) { return 0; }
SYSCALL(117, setresuid);
long sys_setresgid(u32 r, u32 e, u32 s) { return 0; }
SYSCALL(119, setresgid);
long sys_setgroups(int n, const u32 *list) { return 0; }
SYSCALL(116, setgroups);
long sys_getgroups(int n, u32 *list) { return 0; }
SYSCALL(115, getgroups);
long sys_setfsuid(u32 uid) { return 0; }
SYSCALL(122, setfsuid);
long sys_setfsgid(u32 gid) { return 0; }
SYSCALL(123, setfsgid);

static long three_zeroes(u32 *a, u32 *b, u32 *c)
{
	KERNEL_LOCK();
	CHECK_WRITE(a, 4);
	CHECK_WRITE(b, 4);
	CHECK_WRITE(c, 4);
	*a = *b = *c = 0;
	return 0;
}

long sys_getresuid(u32 *r, u32 *e, u32 *s) { return three_zeroes(r, e, s); }
SYSCALL(118, getresuid);
long sys_getresgid(u32 *r, u32 *e, u32 *s) { return three_zeroes(r, e, s); }
SYSCALL(120, getresgid);
