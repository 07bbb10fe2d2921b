/* getuid(2), getresuid(2) and their relations. */
#include "identity.h"
#include "kernel.h"

long sys_getuid(void) { return identity()->user.real; }
SYSCALL(102, getuid, FULL);
long sys_geteuid(void) { return identity()->user.effective; }
SYSCALL(107, geteuid, FULL);
long sys_getgid(void) { return identity()->group.real; }
SYSCALL(104, getgid, FULL);
long sys_getegid(void) { return identity()->group.effective; }
SYSCALL(108, getegid, FULL);

static long tell(const struct ids *i, u32 *real, u32 *effective, u32 *saved)
{
	KERNEL_LOCK();
	CHECK_WRITE(real, 4);
	CHECK_WRITE(effective, 4);
	CHECK_WRITE(saved, 4);
	*real = i->real;
	*effective = i->effective;
	*saved = i->saved;
	return 0;
}

long sys_getresuid(u32 *r, u32 *e, u32 *s) { return tell(&identity()->user, r, e, s); }
SYSCALL(118, getresuid, FULL);
long sys_getresgid(u32 *r, u32 *e, u32 *s) { return tell(&identity()->group, r, e, s); }
SYSCALL(120, getresgid, FULL);
