/* musl's, with the error of POSIX and glibc for a process that there is not. */
#include <time.h>
#include <errno.h>
#include <unistd.h>
#include "syscall.h"

int clock_getcpuclockid(pid_t pid, clockid_t *clk)
{
	clockid_t id = (-pid-1)*8U + 2;
	int ret = __syscall(SYS_clock_getres, id, 0);

	if (ret) return ret == -EINVAL ? ESRCH : -ret;
	*clk = id;
	return 0;
}
