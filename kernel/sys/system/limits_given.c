/* uk run --ulimit: limits that the program begins with. Only images for which some were asked have this. */
#include "driver.h"
#include "kernel.h"
#include "limits.h"

const char limits_given[1];
unsigned uk_default_stack = USER_STACK_SIZE;

#define STACK_MIN	0x4000		/* PTHREAD_STACK_MIN */
#define STACK_UNLIMITED	0x200000	/* ARCH_STACK_DEFAULT_SIZE of glibc */

/* glibc's rule for threads' stacks that no attribute has a size for (nptl/pthread_initialize). */
static unsigned thread_stack(u64 limit)
{
	if (limit == RLIM_INFINITY)
		return STACK_UNLIMITED;
	return align_up(min(max(limit, (u64)STACK_MIN), 1UL << 30), (u64)PAGE_SIZE);
}

/* "NUMBER:SOFT:HARD" each; the runner has checked them. The stack is mapped. */
void limits_start(void)
{
	const char *given;

	for (unsigned i = 0; (given = cmdline_get(CMD_ULIMIT, i)); i++) {
		u64 n[3] = { 0 };
		for (unsigned k = 0; k < 3; k++) {
			for (; *given >= '0' && *given <= '9'; given++)
				n[k] = n[k] * 10 + *given - '0';
			given += *given == ':';
		}
		if (n[0] < RLIM_NLIMITS)
			rlimit_set(n[0], &(struct rlimit){ n[1], n[2] });
	}
	uk_default_stack = thread_stack(rlimits[RLIMIT_STACK].soft);
}
