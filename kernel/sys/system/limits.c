/* prlimit64(2), getrlimit(2), setrlimit(2): limits are remembered; those that
 * the kernel itself has are its own. */
#include "kernel.h"
#include "permission.h"
#include "vfs.h"

#define RLIM_INFINITY (~0UL)

struct rlimit { u64 soft, hard; };

#define NONE { RLIM_INFINITY, RLIM_INFINITY }

/* CPU FSIZE DATA STACK CORE RSS NPROC NOFILE MEMLOCK AS LOCKS SIGPENDING MSGQUEUE NICE RTPRIO RTTIME */
struct rlimit rlimits[16] = {
	NONE, NONE, NONE, { USER_STACK_SIZE, RLIM_INFINITY }, { 0, RLIM_INFINITY }, NONE, NONE, { 1024, 1048576 },
	NONE, NONE, NONE, NONE, NONE, { 0, 0 }, { 0, 0 }, NONE,
};

static long change(unsigned which, const struct rlimit *new, struct rlimit *old)
{
	if (which >= 16)
		return -EINVAL;
	struct rlimit was = rlimits[which];
	if (new) {
		CHECK_READ(new, sizeof(*new));
		if (new->soft > new->hard)
			return -EINVAL;
		if (new->hard > was.hard && !capable(CAP_SYS_RESOURCE))
			return -EPERM;
		if (which == 7 && new->hard > 1048576)
			return -EPERM;
		rlimits[which] = *new;
		if (which == 7)
			fd_limit = new->soft;
	}
	if (old) {
		CHECK_WRITE(old, sizeof(*old));
		*old = was;
	}
	return 0;
}

long sys_prlimit64(int pid, unsigned which, const struct rlimit *new, struct rlimit *old)
{
	KERNEL_LOCK();
	return pid != 0 && pid != 1 ? -ESRCH : change(which, new, old);
}
SYSCALL(302, prlimit64);

long sys_getrlimit(unsigned which, struct rlimit *old)
{
	KERNEL_LOCK();
	return change(which, NULL, old);
}
SYSCALL(97, getrlimit);

long sys_setrlimit(unsigned which, const struct rlimit *new)
{
	KERNEL_LOCK();
	return change(which, new, NULL);
}
SYSCALL(160, setrlimit);
