/* /sys/devices/system/cpu and node (Linux Documentation/admin-guide/cputopology.rst): processors are cores of one package,
 * as /proc/cpuinfo says, and all memory is one node. */
#include "cpu.h"
#include "kernel.h"
#include "linux_file.h"
#include "procfs.h"
#include "proc/cpu_mask.h"

static void show_all(struct text *t) { put_cpu_list(t, cpus_all()); }
static void show_all_mask(struct text *t) { put_cpu_mask(t, cpus_all()); }
static void show_none(struct text *t) { text_add(t, "\n", 1); }
static void show_max(struct text *t) { text_printf(t, "%u\n", MAX_CPUS - 1); }
static void show_number(struct text *t) { text_printf(t, "%u\n", t->index[0]); }
static void show_self(struct text *t) { put_cpu_list(t, 1UL << t->index[0]); }
static void show_self_mask(struct text *t) { put_cpu_mask(t, 1UL << t->index[0]); }

static void show_memory(struct text *t)
{
	text_printf(t, "Node 0 MemTotal:       %8lu kB\nNode 0 MemFree:        %8lu kB\nNode 0 MemUsed:        %8lu kB\n",
		mem_total_pages * 4, mem_free_pages * 4, (mem_total_pages - mem_free_pages) * 4);
}

#define CPU "r-" "cpu/"
#define TOPOLOGY CPU "cpu#/topology/"
#define NODE "r-" "node/"

PROCNODES_IN("/sys/devices/system/", cpus,
	{ CPU "online", show_all },
	{ CPU "possible", show_all },
	{ CPU "present", show_all },
	{ CPU "offline", show_none },
	{ CPU "isolated", show_none },
	{ CPU "kernel_max", show_max },
	PROC_VALUE(TOPOLOGY "physical_package_id", "0"),
	PROC_VALUE(TOPOLOGY "die_id", "0"),
	{ TOPOLOGY "core_id", show_number },
	{ TOPOLOGY "thread_siblings", show_self_mask },
	{ TOPOLOGY "thread_siblings_list", show_self },
	{ TOPOLOGY "core_cpus", show_self_mask },
	{ TOPOLOGY "core_cpus_list", show_self },
	{ TOPOLOGY "core_siblings", show_all_mask },
	{ TOPOLOGY "core_siblings_list", show_all },
	{ TOPOLOGY "die_cpus", show_all_mask },
	{ TOPOLOGY "die_cpus_list", show_all },
	{ TOPOLOGY "package_cpus", show_all_mask },
	{ TOPOLOGY "package_cpus_list", show_all },
	PROC_VALUE(NODE "online", "0"),
	PROC_VALUE(NODE "possible", "0"),
	PROC_VALUE(NODE "has_cpu", "0"),
	PROC_VALUE(NODE "has_memory", "0"),
	PROC_VALUE(NODE "has_normal_memory", "0"),
	{ NODE "node0/cpulist", show_all },
	{ NODE "node0/cpumap", show_all_mask },
	PROC_VALUE(NODE "node0/distance", "10"),
	{ NODE "node0/meminfo", show_memory },
);
