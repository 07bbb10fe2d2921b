/* /proc/self/smaps, smaps_rollup (proc_pid_smaps(5)). There is one process: no page is shared with another. */
#include "lines.h"
#include "memory.h"

static void put_use(struct text *t, const struct memory_use *u, u64 locked, bool rollup)
{
	const u64 numbers[26] = {
		LETTER('a') = u->anon >> 10, LETTER('c') = (u->rss - u->dirty) >> 10, LETTER('d') = u->dirty >> 10, LETTER('f') = u->file >> 10,
		LETTER('h') = u->huge >> 10, LETTER('l') = locked >> 10, LETTER('r') = u->rss >> 10, LETTER('s') = u->shmem >> 10,
		LETTER('u') = u->referenced >> 10,
	};

	put_lines(t, "rRss:rPss:dPss_Dirty:", MEMORY_LINE, numbers);
	if (rollup)
		put_lines(t, "aPss_Anon:fPss_File:sPss_Shmem:", MEMORY_LINE, numbers);
	put_lines(t, "zShared_Clean:zShared_Dirty:cPrivate_Clean:dPrivate_Dirty:uReferenced:aAnonymous:zKSM:zLazyFree:hAnonHugePages:"
		"zShmemPmdMapped:zFilePmdMapped:zShared_Hugetlb:zPrivate_Hugetlb:zSwap:zSwapPss:lLocked:", MEMORY_LINE, numbers);
}

/* In the order of Linux (its fs/proc/task_mmu.c, show_smap_vma_flags). */
static void put_flags(struct text *t, const struct vma *v)
{
	bool shared = v->flags & MAP_SHARED, writes = v->prot & PROT_WRITE, may_write = !(v->flags & VMA_NO_WRITE);

	text_printf(t, "VmFlags: %s%s%s%smr %sme %s%s%s%s%s\n", v->prot & PROT_READ ? "rd " : "", writes ? "wr " : "",
		v->prot & PROT_EXEC ? "ex " : "", shared && may_write ? "sh " : "", may_write ? "mw " : "", shared ? "ms " : "", v->flags & MAP_GROWSDOWN ? "gd " : "",
		v->flags & MAP_LOCKED ? "lo " : "", writes && !shared ? "ac " : "", v->flags & MAP_NORESERVE ? "nr " : "");
}

static void show(struct text *t)
{
	for (unsigned i = 0; i < vma_count; i++) {
		const struct vma *v = vmas[i];
		struct memory_use u = { 0 };
		memory_add(v, &u);
		maps_line(t, v);
		text_printf(t, "Size:           %8lu kB\nKernelPageSize:        4 kB\nMMUPageSize:           4 kB\n", (v->end - v->start) >> 10);
		put_use(t, &u, v->flags & MAP_LOCKED ? u.rss : 0, false);
		text_printf(t, "THPeligible:           %d\n", !v->file && align_up(v->start, (u64)HUGE_SIZE) + HUGE_SIZE <= v->end);
		put_flags(t, v);
	}
}

static void show_rollup(struct text *t)
{
	struct memory_use u;
	u64 locked = 0;

	memory_all(&u);
	for (unsigned i = 0; i < vma_count; i++) {
		struct memory_use one = { 0 };
		if (vmas[i]->flags & MAP_LOCKED)
			memory_add(vmas[i], &one);
		locked += one.rss;
	}
	if (vma_count)
		text_printf(t, "%08lx-%08lx ---p 00000000 00:00 0                          [rollup]\n", vmas[0]->start, vmas[vma_count - 1]->end);
	put_use(t, &u, locked, true);
}

PROCNODES(self_smaps,
	{ "rt" "smaps", show },
	{ "rt" "smaps_rollup", show_rollup },
);
