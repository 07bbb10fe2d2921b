/* The limits as a program finds them: what Linux gives to root. */
#include "kernel.h"
#include "limits.h"

#define NONE { RLIM_INFINITY, RLIM_INFINITY }

struct rlimit rlimits[RLIM_NLIMITS] = {
	[RLIMIT_CPU] = NONE, [RLIMIT_FSIZE] = NONE, [RLIMIT_DATA] = NONE, [RLIMIT_STACK] = { USER_STACK_SIZE, RLIM_INFINITY },
	[RLIMIT_CORE] = { 0, RLIM_INFINITY }, [RLIMIT_RSS] = NONE, [RLIMIT_NPROC] = NONE, [RLIMIT_NOFILE] = { 1024, 1048576 },
	[RLIMIT_MEMLOCK] = { 8 << 20, 8 << 20 }, [RLIMIT_AS] = NONE, [RLIMIT_LOCKS] = NONE, [RLIMIT_SIGPENDING] = NONE,
	[RLIMIT_MSGQUEUE] = { 819200, 819200 }, [RLIMIT_RTTIME] = NONE,
};
