/* /sys/devices/system/cpu (Linux Documentation/admin-guide/cputopology.rst). */
#include "cpu.h"
#include "kernel.h"
#include "linux_file.h"
#include "procfs.h"

static void show_range(struct text *t)
{
	text_printf(t, cpu_count > 1 ? "0-%u\n" : "0\n", cpu_count - 1);
}

static void show_none(struct text *t)
{
	text_add(t, "\n", 1);
}

static void show_max(struct text *t)
{
	text_printf(t, "%u\n", MAX_CPUS - 1);
}

#define CPU "/sys/devices/system/cpu/"

PROCNODES(cpu_ranges,
	{ CPU "online", S_IFREG | 0444, .show = show_range },
	{ CPU "possible", S_IFREG | 0444, .show = show_range },
	{ CPU "present", S_IFREG | 0444, .show = show_range },
	{ CPU "offline", S_IFREG | 0444, .show = show_none },
	{ CPU "isolated", S_IFREG | 0444, .show = show_none },
	{ CPU "kernel_max", S_IFREG | 0444, .show = show_max },
);
