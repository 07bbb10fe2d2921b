/* /proc/self/smaps, smaps_rollup (proc_pid_smaps(5)). There is one process: no page is shared with another. */
#include "memory.h"

static void line(struct text *t, const char *name, u64 bytes)
{
	text_printf(t, "%s%8lu kB\n", name, bytes >> 10);
}

static void put_use(struct text *t, const struct memory_use *u, u64 locked, bool rollup)
{
	line(t, "Rss:            ", u->rss);
	line(t, "Pss:            ", u->rss);
	line(t, "Pss_Dirty:      ", u->dirty);
	if (rollup) {
		line(t, "Pss_Anon:       ", u->anon);
		line(t, "Pss_File:       ", u->file);
		line(t, "Pss_Shmem:      ", u->shmem);
	}
	line(t, "Shared_Clean:   ", 0);
	line(t, "Shared_Dirty:   ", 0);
	line(t, "Private_Clean:  ", u->rss - u->dirty);
	line(t, "Private_Dirty:  ", u->dirty);
	line(t, "Referenced:     ", u->referenced);
	line(t, "Anonymous:      ", u->anon);
	line(t, "KSM:            ", 0);
	line(t, "LazyFree:       ", 0);
	line(t, "AnonHugePages:  ", u->huge);
	line(t, "ShmemPmdMapped: ", 0);
	line(t, "FilePmdMapped:  ", 0);
	line(t, "Shared_Hugetlb: ", 0);
	line(t, "Private_Hugetlb:", 0);
	line(t, "Swap:           ", 0);
	line(t, "SwapPss:        ", 0);
	line(t, "Locked:         ", locked);
}

/* In the order of Linux (its fs/proc/task_mmu.c, show_smap_vma_flags). */
static void put_flags(struct text *t, const struct vma *v)
{
	bool shared = v->flags & MAP_SHARED, writes = v->prot & PROT_WRITE;

	text_printf(t, "VmFlags: %s%s%s%smr mw me %s%s%s%s%s\n", v->prot & PROT_READ ? "rd " : "", writes ? "wr " : "",
		v->prot & PROT_EXEC ? "ex " : "", shared ? "sh " : "", shared ? "ms " : "", v->flags & MAP_GROWSDOWN ? "gd " : "",
		v->flags & MAP_LOCKED ? "lo " : "", writes && !shared ? "ac " : "", v->flags & MAP_NORESERVE ? "nr " : "");
}

static void show(struct text *t)
{
	for (unsigned i = 0; i < vma_count; i++) {
		const struct vma *v = vmas[i];
		struct memory_use u = { 0 };
		memory_add(v, &u);
		maps_line(t, v);
		line(t, "Size:           ", v->end - v->start);
		line(t, "KernelPageSize: ", PAGE_SIZE);
		line(t, "MMUPageSize:    ", PAGE_SIZE);
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
	{ "rs" "smaps_rollup", show_rollup },
);
