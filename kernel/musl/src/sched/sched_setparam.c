/* musl has only an error here: on Linux the call is for a thread, and POSIX's is for a process. glibc calls it. */
#include <sched.h>
#include "syscall.h"

int sched_setparam(pid_t pid, const struct sched_param *param)
{
	return syscall(SYS_sched_setparam, pid, param);
}
