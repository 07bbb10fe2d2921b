/*
 * Changing user and group numbers. The kernel keeps them once for the whole
 * program, so unlike on Linux there is no thread to synchronise, and the calls
 * are direct: musl's own takes the number from a structure, which would go
 * through the table of selected calls.
 */
#include <errno.h>
#include <unistd.h>
#include "syscall.h"
#include "libc.h"

int __setxid(int nr, int id, int eid, int sid)
{
	switch (nr) {
	case SYS_setuid: return syscall(SYS_setuid, id);
	case SYS_setgid: return syscall(SYS_setgid, id);
	case SYS_setreuid: return syscall(SYS_setreuid, id, eid);
	case SYS_setregid: return syscall(SYS_setregid, id, eid);
	case SYS_setresuid: return syscall(SYS_setresuid, id, eid, sid);
	case SYS_setresgid: return syscall(SYS_setresgid, id, eid, sid);
	}
	return __syscall_ret(-ENOSYS);
}
