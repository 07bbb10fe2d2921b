/* The processors that run. */
#include "cpu.h"

struct cpu *cpus[MAX_CPUS];	/* all but the first from smp_start() on */
unsigned cpu_count = 1;
