/* /proc/meminfo, vmstat, buddyinfo (proc_meminfo(5)). There is no swap, no list of what is active, and what is written to a
 * disk is there when the call returns; what that leaves without a count is 0 and stays 0. */
#include "cpu.h"
#include "lines.h"
#include "memory.h"

#define ORDERS 11	/* of Linux; here there are fewer (core/mm/page.c) */

/* Pages of files in memory, which are all that is cached and can be counted. */
static u64 stored_pages(void)
{
	u64 n = 0;

	for (struct mount *m = mounts_all; m; m = m->next)
		n += m->readonly ? 0 : m->blocks;
	return n;
}

static void show_meminfo(struct text *t)
{
	struct memory_parts p;
	struct memory_use u;

	memory_parts(&p);
	memory_all(&u);
	const u64 numbers[26] = {
		LETTER('a') = u.anon >> 10, LETTER('b') = mem_lent_pages * 4, LETTER('c') = stored_pages() * 4,
		LETTER('d') = (p.data + p.stack) >> 10, LETTER('f') = mem_free_pages * 4, LETTER('h') = u.huge >> 10,
		LETTER('k') = thread_count * (KSTACK_SIZE >> 10), LETTER('l') = p.locked >> 10,
		LETTER('m') = (u.file + u.shmem) >> 10,
		LETTER('o') = mem_total_pages * 2,	/* vm.overcommit_ratio; nothing holds to it, as with Linux's heuristic */
		LETTER('p') = u.tables >> 10, LETTER('s') = mem_slab_pages * 4, LETTER('t') = mem_total_pages * 4,
		LETTER('u') = cpu_count * sizeof(struct cpu) >> 10,
	};
	put_lines(t, "tMemTotal:fMemFree:fMemAvailable:zBuffers:cCached:zSwapCached:zActive:zInactive:zActive(anon):zInactive(anon):"
		"zActive(file):zInactive(file):zUnevictable:lMlocked:zSwapTotal:zSwapFree:zDirty:zWriteback:aAnonPages:mMapped:cShmem:"
		"zKReclaimable:sSlab:zSReclaimable:sSUnreclaim:kKernelStack:pPageTables:zNFS_Unstable:zBounce:zWritebackTmp:oCommitLimit:"
		"dCommitted_AS:zVmallocTotal:zVmallocUsed:zVmallocChunk:uPercpu:hAnonHugePages:zShmemHugePages:zShmemPmdMapped:"
		"zFileHugePages:zFilePmdMapped:bBalloon:", MEMORY_LINE, numbers);
	put_lines(t, "zHugePages_Total:zHugePages_Free:zHugePages_Rsvd:zHugePages_Surp:", "%19.*s%5lu\n", numbers);
	text_printf(t, "Hugepagesize:   %8d kB\nHugetlb:               0 kB\n", HUGE_SIZE >> 10);
}
PROCNODE(meminfo, "r-" "meminfo", show_meminfo);

static void show_vmstat(struct text *t)
{
	struct memory_use u;
	u64 stored = stored_pages();

	memory_all(&u);
	const u64 numbers[26] = {
		LETTER('a') = u.anon / PAGE_SIZE, LETTER('b') = mem_lent_pages, LETTER('c') = stored, LETTER('f') = mem_free_pages,
		LETTER('h') = u.huge / HUGE_SIZE, LETTER('k') = thread_count * (KSTACK_SIZE >> 10),
		LETTER('m') = (u.file + u.shmem) / PAGE_SIZE, LETTER('p') = u.tables / PAGE_SIZE, LETTER('s') = mem_slab_pages,
	};
	put_lines(t, "fnr_free_pages znr_mlock znr_slab_reclaimable snr_slab_unreclaimable anr_anon_pages mnr_mapped cnr_file_pages znr_dirty "
		"znr_writeback cnr_shmem hnr_anon_transparent_hugepages knr_kernel_stack pnr_page_table_pages bnr_balloon_pages zpswpin "
		"zpswpout ", "%.*s%lu\n", numbers);
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
