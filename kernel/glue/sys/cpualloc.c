/* CPU_ALLOC() and CPU_FREE(). */
#include <sched.h>
#include <stdlib.h>

cpu_set_t *__sched_cpualloc(size_t cpus)
{
	return malloc((cpus + 63) / 64 * 8);
}

void __sched_cpufree(cpu_set_t *set)
{
	free(set);
}
