/*
 * Changing user and group numbers of all threads. The kernel gives them the
 * caller's, so nobody is to be stopped and asked to do the same. The calls are
 * direct: musl's own takes the number from a structure, which would go through
 * the table of selected calls.
 */
#include <errno.h>
#include <unistd.h>
#include "syscall.h"
#include "libc.h"

void sys_identity_everywhere(void);

static long change(int nr, int id, int eid, int sid)
{
	switch (nr) {
	case SYS_setuid: return __syscall(SYS_setuid, id);
	case SYS_setgid: return __syscall(SYS_setgid, id);
	case SYS_setreuid: return __syscall(SYS_setreuid, id, eid);
	case SYS_setregid: return __syscall(SYS_setregid, id, eid);
	case SYS_setresuid: return __syscall(SYS_setresuid, id, eid, sid);
	case SYS_setresgid: return __syscall(SYS_setresgid, id, eid, sid);
	}
	return -ENOSYS;
}

int __setxid(int nr, int id, int eid, int sid)
{
	long r = change(nr, id, eid, sid);

	if (!r)
		sys_identity_everywhere();
	return __syscall_ret(r);
}
