/* prlimit64(2) and getrlimit(2). */
#include "kernel.h"
#include "limits.h"
#include "permission.h"
#include "vfs.h"

/* limits_more.c and cpu_limit.c. The builder leaves them out when nothing but Go's own start sets a limit, that of descriptors. */
OPTIONAL int limit_obey(unsigned which, const struct rlimit *new) { return enosys("prlimit64 of limits other than RLIMIT_NOFILE"); }
OPTIONAL void cpu_limit_moved(void) {}

static long change(unsigned which, const struct rlimit *new, struct rlimit *old)
{
	int err;

	if (which >= RLIM_NLIMITS)
		return -EINVAL;
	cpu_limit_moved();
	struct rlimit was = rlimits[which];
	if (new) {
		if (new->soft > new->hard)
			return -EINVAL;
		if (new->hard > was.hard && !capable(CAP_SYS_RESOURCE))
			return -EPERM;
		if (which == RLIMIT_NOFILE && new->hard > NR_OPEN)
			return -EPERM;
		if (which == RLIMIT_NOFILE)
			fd_limit = new->soft;
		else if ((err = limit_obey(which, new)))
			return err;
		rlimits[which] = *new;
	}
	if (old)
		*old = was;
	return 0;
}

static long checked(unsigned which, const struct rlimit *new, struct rlimit *old)
{
	struct rlimit in;

	if (new) {
		CHECK_READ(new, sizeof(*new));
		in = *new;
	}
	if (old && which < RLIM_NLIMITS && (!new || in.soft <= in.hard))
		CHECK_WRITE(old, sizeof(*old));
	return change(which, new ? &in : NULL, old);
}

long prlimit_plain(int pid, unsigned which, const struct rlimit *new, struct rlimit *old)
{
	KERNEL_LOCK();
	if (new)
		CHECK_READ(new, sizeof(*new));
	return pid != 0 && pid != 1 ? -ESRCH : checked(which, new, old);
}
SYSCALL_BY(302, prlimit64, prlimit_plain, PARTIAL("RLIMIT_CORE and RLIMIT_RTTIME are kept and told, but bind nothing"));

long sys_getrlimit(unsigned which, struct rlimit *old)
{
	KERNEL_LOCK();
	if (which < RLIM_NLIMITS)
		CHECK_WRITE(old, sizeof(*old));
	return change(which, NULL, old);
}
SYSCALL(97, getrlimit, FULL);
