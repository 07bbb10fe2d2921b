/* /proc/meminfo, vmstat, buddyinfo (proc_meminfo(5)). There is no swap, no list of what is active, and what is written to a
 * disk is there when the call returns; what that leaves without a count is 0 and stays 0. */
#include "cpu.h"
#include "memory.h"

#define ORDERS 11	/* of Linux; here there are fewer (mm/page.c) */

/* Pages of files in memory, which are all that is cached and can be counted. */
static u64 stored_pages(void)
{
	u64 n = 0;

	for (struct mount *m = mounts_all; m; m = m->next)
		n += m->readonly ? 0 : m->blocks;
	return n;
}

static void line(struct text *t, const char *name, u64 kb)
{
	text_printf(t, "%s%8lu kB\n", name, kb);
}

static void show_meminfo(struct text *t)
{
	struct memory_parts p;
	struct memory_use u;
	u64 stored = stored_pages() * 4;

	memory_parts(&p);
	memory_all(&u);
	line(t, "MemTotal:       ", mem_total_pages * 4);
	line(t, "MemFree:        ", mem_free_pages * 4);
	line(t, "MemAvailable:   ", mem_free_pages * 4);
	line(t, "Buffers:        ", 0);
	line(t, "Cached:         ", stored);
	line(t, "SwapCached:     ", 0);
	line(t, "Active:         ", 0);
	line(t, "Inactive:       ", 0);
	line(t, "Active(anon):   ", 0);
	line(t, "Inactive(anon): ", 0);
	line(t, "Active(file):   ", 0);
	line(t, "Inactive(file): ", 0);
	line(t, "Unevictable:    ", 0);
	line(t, "Mlocked:        ", p.locked >> 10);
	line(t, "SwapTotal:      ", 0);
	line(t, "SwapFree:       ", 0);
	line(t, "Dirty:          ", 0);
	line(t, "Writeback:      ", 0);
	line(t, "AnonPages:      ", u.anon >> 10);
	line(t, "Mapped:         ", (u.file + u.shmem) >> 10);
	line(t, "Shmem:          ", stored);
	line(t, "KReclaimable:   ", 0);
	line(t, "Slab:           ", mem_slab_pages * 4);
	line(t, "SReclaimable:   ", 0);
	line(t, "SUnreclaim:     ", mem_slab_pages * 4);
	line(t, "KernelStack:    ", thread_count * (KSTACK_SIZE >> 10));
	line(t, "PageTables:     ", u.tables >> 10);
	line(t, "NFS_Unstable:   ", 0);
	line(t, "Bounce:         ", 0);
	line(t, "WritebackTmp:   ", 0);
	line(t, "CommitLimit:    ", mem_total_pages * 2);	/* vm.overcommit_ratio; nothing holds to it, as with Linux's heuristic */
	line(t, "Committed_AS:   ", (p.data + p.stack) >> 10);
	line(t, "VmallocTotal:   ", 0);
	line(t, "VmallocUsed:    ", 0);
	line(t, "VmallocChunk:   ", 0);
	line(t, "Percpu:         ", cpu_count * sizeof(struct cpu) >> 10);
	line(t, "AnonHugePages:  ", u.huge >> 10);
	line(t, "ShmemHugePages: ", 0);
	line(t, "ShmemPmdMapped: ", 0);
	line(t, "FileHugePages:  ", 0);
	line(t, "FilePmdMapped:  ", 0);
	line(t, "Balloon:        ", mem_lent_pages * 4);
	text_printf(t, "HugePages_Total:   %5u\nHugePages_Free:    %5u\nHugePages_Rsvd:    %5u\nHugePages_Surp:    %5u\n", 0, 0, 0, 0);
	line(t, "Hugepagesize:   ", HUGE_SIZE >> 10);
	line(t, "Hugetlb:        ", 0);
}
PROCNODE(meminfo, "r-" "meminfo", show_meminfo);

static void show_vmstat(struct text *t)
{
	struct memory_use u;
	u64 stored = stored_pages();

	memory_all(&u);
	const struct { const char *name; u64 n; } lines[] = {
		{ "nr_free_pages", mem_free_pages }, { "nr_mlock", 0 }, { "nr_slab_reclaimable", 0 }, { "nr_slab_unreclaimable", mem_slab_pages },
		{ "nr_anon_pages", u.anon / PAGE_SIZE }, { "nr_mapped", (u.file + u.shmem) / PAGE_SIZE }, { "nr_file_pages", stored },
		{ "nr_dirty", 0 }, { "nr_writeback", 0 }, { "nr_shmem", stored }, { "nr_anon_transparent_hugepages", u.huge / HUGE_SIZE },
		{ "nr_kernel_stack", thread_count * (KSTACK_SIZE >> 10) }, { "nr_page_table_pages", u.tables / PAGE_SIZE },
		{ "nr_balloon_pages", mem_lent_pages }, { "pswpin", 0 }, { "pswpout", 0 },
	};
	for (unsigned i = 0; i < array_len(lines); i++)
		text_printf(t, "%s %lu\n", lines[i].name, lines[i].n);
}
PROCNODE(vmstat, "r-" "vmstat", show_vmstat);

static void show_buddies(struct text *t)
{
	text_printf(t, "Node 0, zone   Normal ");
	for (unsigned i = 0; i < ORDERS; i++)
		text_printf(t, "%6lu ", free_blocks(i));
	text_add(t, "\n", 1);
}
PROCNODE(buddyinfo, "p-" "buddyinfo", show_buddies);
