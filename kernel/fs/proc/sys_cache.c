/* /sys/devices/system/cpu/cpu#/cache (Linux Documentation/ABI/testing/sysfs-devices-system-cpu). */
#include "cache.h"
#include "cpu.h"
#include "cpu_mask.h"
#include "kernel.h"
#include "linux_file.h"
#include "../procfs.h"

static struct cache cache(const struct text *t)
{
	struct cache c = { 0 };

	cache_get(t->index[1], &c);
	return c;
}

static u64 sharing(const struct text *t)
{
	u32 shift = cache(t).shift, id = cpu_at(t->index[0])->apic_id >> shift;
	u64 mask = 0;

	for (unsigned i = 0; i < cpu_count; i++)
		mask |= (u64)(cpu_at(i)->apic_id >> shift == id) << i;
	return mask;
}

static void show_type(struct text *t)
{
	static const char *const names[] = { "", "Data", "Instruction", "Unified" };

	text_printf(t, "%s\n", names[cache(t).type & 3]);
}

/* Which number is behind the node's name. */
static void show_number(struct text *t)
{
	struct cache c = cache(t);
	const u32 numbers[] = { c.level, c.line, c.sets, c.ways, c.partitions, cpu_at(t->index[0])->apic_id >> c.shift };

	text_printf(t, "%u\n", numbers[*proc_arg(t->node) - '0']);
}

static void show_size(struct text *t) { text_printf(t, "%luK\n", cache(t).size >> 10); }
static void show_list(struct text *t) { put_cpu_list(t, sharing(t)); }
static void show_map(struct text *t) { put_cpu_mask(t, sharing(t)); }

const struct procnode procnode_caches[] GATHERED(".procnode.1.caches") = {
	{ "/sys/devices/system/cpu/cpu#/cache/index#/", .count = cache_count },
	{ "r-" "type", show_type },
	{ "r-" "level\0" "0", show_number },
	{ "r-" "size", show_size },
	{ "r-" "id\0" "5", show_number },
	{ "r-" "coherency_line_size\0" "1", show_number },
	{ "r-" "number_of_sets\0" "2", show_number },
	{ "r-" "ways_of_associativity\0" "3", show_number },
	{ "r-" "physical_line_partition\0" "4", show_number },
	{ "r-" "shared_cpu_list", show_list },
	{ "r-" "shared_cpu_map", show_map },
};
