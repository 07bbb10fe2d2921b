/* prctl(2) by the syscall instruction. Go's runtime gives areas names (PR_SET_VMA), which may fail. */
#include "kernel.h"

#define PR_SET_VMA	0x53564d41

/* prctl.c. The builder leaves it out when nothing but Go's runtime makes the call. */
OPTIONAL long prctl_options(int op, u64 a, u64 b, u64 c, u64 d) { return enosys("prctl of such an option"); }

static long raw_prctl(int op, u64 a, u64 b, u64 c, u64 d)
{
	return op == PR_SET_VMA ? -EINVAL : prctl_options(op, a, b, c, d);
}
SYSCALL_BY(157, prctl, raw_prctl, PARTIAL("no seccomp, SET_MM, SET_VMA, speculation control, THP_DISABLE or TSC faults"));
