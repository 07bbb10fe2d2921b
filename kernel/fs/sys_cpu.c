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

#define CPU "/sys/devices/system/cpu/"
#define TOPOLOGY CPU "cpu#/topology/"
#define NODE "/sys/devices/system/node/"

PROCNODES(cpus,
	{ CPU "online", S_IFREG | 0444, .show = show_all },
	{ CPU "possible", S_IFREG | 0444, .show = show_all },
	{ CPU "present", S_IFREG | 0444, .show = show_all },
	{ CPU "offline", S_IFREG | 0444, .show = show_none },
	{ CPU "isolated", S_IFREG | 0444, .show = show_none },
	{ CPU "kernel_max", S_IFREG | 0444, .show = show_max },
	{ TOPOLOGY "physical_package_id", S_IFREG | 0444, .show = show_string, .arg = "0" },
	{ TOPOLOGY "die_id", S_IFREG | 0444, .show = show_string, .arg = "0" },
	{ TOPOLOGY "core_id", S_IFREG | 0444, .show = show_number },
	{ TOPOLOGY "thread_siblings", S_IFREG | 0444, .show = show_self_mask },
	{ TOPOLOGY "thread_siblings_list", S_IFREG | 0444, .show = show_self },
	{ TOPOLOGY "core_cpus", S_IFREG | 0444, .show = show_self_mask },
	{ TOPOLOGY "core_cpus_list", S_IFREG | 0444, .show = show_self },
	{ TOPOLOGY "core_siblings", S_IFREG | 0444, .show = show_all_mask },
	{ TOPOLOGY "core_siblings_list", S_IFREG | 0444, .show = show_all },
	{ TOPOLOGY "die_cpus", S_IFREG | 0444, .show = show_all_mask },
	{ TOPOLOGY "die_cpus_list", S_IFREG | 0444, .show = show_all },
	{ TOPOLOGY "package_cpus", S_IFREG | 0444, .show = show_all_mask },
	{ TOPOLOGY "package_cpus_list", S_IFREG | 0444, .show = show_all },
	{ NODE "online", S_IFREG | 0444, .show = show_string, .arg = "0" },
	{ NODE "possible", S_IFREG | 0444, .show = show_string, .arg = "0" },
	{ NODE "has_cpu", S_IFREG | 0444, .show = show_string, .arg = "0" },
	{ NODE "has_memory", S_IFREG | 0444, .show = show_string, .arg = "0" },
	{ NODE "has_normal_memory", S_IFREG | 0444, .show = show_string, .arg = "0" },
	{ NODE "node0/cpulist", S_IFREG | 0444, .show = show_all },
	{ NODE "node0/cpumap", S_IFREG | 0444, .show = show_all_mask },
	{ NODE "node0/distance", S_IFREG | 0444, .show = show_string, .arg = "10" },
	{ NODE "node0/meminfo", S_IFREG | 0444, .show = show_memory },
);
