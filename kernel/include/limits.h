/* Resource limits (core/process/rlimits.c). */
#ifndef LIMITS_H
#define LIMITS_H

#include "types.h"

#define NR_OPEN	1048576		/* the most that RLIMIT_NOFILE can be; fs.nr_open */
#define RLIM_INFINITY (~0UL)

enum {
	RLIMIT_CPU, RLIMIT_FSIZE, RLIMIT_DATA, RLIMIT_STACK, RLIMIT_CORE, RLIMIT_RSS, RLIMIT_NPROC, RLIMIT_NOFILE,
	RLIMIT_MEMLOCK, RLIMIT_AS, RLIMIT_LOCKS, RLIMIT_SIGPENDING, RLIMIT_MSGQUEUE, RLIMIT_NICE, RLIMIT_RTPRIO, RLIMIT_RTTIME,
	RLIM_NLIMITS,
};

struct rlimit { u64 soft, hard; };
extern struct rlimit rlimits[RLIM_NLIMITS];
void rlimit_set(unsigned which, const struct rlimit *new);	/* limits_more.c: and what follows from it; unchecked */
int limit_obey(unsigned which, const struct rlimit *new);	/* limits_more.c: what follows from limits but that of descriptors */
long prlimit_plain(int pid, unsigned which, const struct rlimit *new, struct rlimit *old);	/* limits.c: the call */
void cpu_limit_set(const struct rlimit *new);			/* cpu_limit.c */
void cpu_limit_moved(void);	/* has RLIMIT_CPU's soft limit as it is now in rlimits[] */

#endif
