/* Demand paging. A fault costs far more than a page table entry, so a fault
 * next to a present page (memory that is being walked through) maps a larger
 * neighbourhood, the larger the more of it is there, and one next to a present
 * 2 MB a further 2 MB; a lone first touch, of a stack for instance, maps 16 KB.
 * A first write beside a page that was written to copies a neighbourhood, too.
 * Files of an image that lies in memory are mapped where they are, 2 MB at a time. */
#include "cpu.h"
#include "kernel.h"
#include "vfs.h"

#define FAULT_PRESENT	1
#define FAULT_WRITE	2
#define FAULT_FETCH	16
#define AROUND		(16UL * PAGE_SIZE)
#define AROUND_LONE	(4UL * PAGE_SIZE)

/* A page beside the range has all of LIKE. */
static bool walked(struct vma *v, u64 start, u64 end, u64 like)
{
	return (start > v->start && (page_entry(start - 1) & like) == like) || (end < v->end && (page_entry(end) & like) == like);
}

/* Enough is free to give a program what it has not touched yet. */
static bool plenty(void)
{
	return mem_free_pages >= (mem_total_pages - mem_lent_pages) / 4;
}

/* So little that only what is asked for is mapped: two neighbourhoods might put each other out for ever. */
static bool scarce(void)
{
	return mem_free_pages < 2 * mem_kept_pages;
}

struct range { u64 from, to; };

/* What to map for a fault at ADDR, of a power of two that it is aligned to: LEAST for a lone touch, four
 * times as much for each such block that is next to a page that has LIKE. */
static struct range around(struct vma *v, u64 addr, u64 least, u64 like)
{
	u64 size = least, block;

	while (block = align_down(addr, size), size < HUGE_SIZE && (size < AROUND || plenty()) && walked(v, block, block + size, like))
		size = min(size * 4, (u64)HUGE_SIZE);
	return (struct range){ max(block, v->start), min(block + size, vma_usable_end(v)) };
}

static bool try_huge(struct vma *v, u64 addr)
{
	struct range r = around(v, addr, HUGE_SIZE, 0);

	if (r.to - r.from != HUGE_SIZE || !walked(v, r.from, r.to, PTE_P) || !plenty())
		return false;
	u64 *pde = pde_find(addr);
	if (!pde || *pde)
		return false;
	void *p = pages_alloc(HUGE_SHIFT - PAGE_SHIFT, true);
	if (!p)
		return false;
	*pde = pte_own(p, v->prot) | PTE_HUGE;
	return true;
}

static int map_anonymous(struct vma *v, u64 addr)
{
	if (try_huge(v, addr))
		return 0;
	struct range r = scarce() ? around(v, addr, PAGE_SIZE, ~0UL) : around(v, addr, AROUND_LONE, PTE_P);
	for (u64 a = r.from; a < r.to; a += PAGE_SIZE) {
		int level;
		u64 *pte = pte_find(a, true, &level);
		if (!pte)
			return -ENOMEM;
		if (level != 1 || *pte)
			continue;
		void *p = page_alloc_user(true);
		if (!p)
			return -ENOMEM;
		*pte = pte_own(p, v->prot);
	}
	return 0;
}

/* A private copy of a page that the page cache also holds. */
static int copy_page(struct vma *v, u64 *pte)
{
	void *from = pte_page(*pte);
	void *to;

	page_get(from);		/* the entry may lose it to the allocation */
	to = page_alloc_user(false);
	page_put(from);
	if (!to)
		return -ENOMEM;
	if (!*pte) {		/* and so it did: the access faults again */
		page_put(to);
		return 0;
	}
	memcpy(to, from, PAGE_SIZE);
	u64 old = pte_change(pte, pte_own(to, v->prot));
	/* This CPU forgot the translation when it faulted (SDM vol. 3, 4.10.4.1), and none knows one that was not used (4.10.2.3). */
	if (cpu_count > 1 && old & PTE_A)
		tlb_flush();
	page_put(from);
	return 0;
}

/* Copies of pages that are mapped and nobody has used, where a program goes through a file's data and writes: relocations,
 * for instance. Not of files that change: the mapping shows that until it is written to. */
static void copy_around(struct vma *v, u64 addr)
{
	if (!v->file || v->file->ops->truncate || v->flags & MAP_SHARED || !(v->prot & PROT_WRITE))
		return;
	struct range r = around(v, addr, PAGE_SIZE, PTE_P | PTE_W);
	int level;

	for (u64 a = r.from; a < r.to && !scarce(); a += PAGE_SIZE) {
		u64 *pte = pte_find(a, false, &level);
		if (pte && level == 1 && (*pte & (PTE_P | PTE_W | PTE_A)) == PTE_P && copy_page(v, pte))
			break;
	}
}

struct thread *pagecache_looks;

/* A file of the image that lies in memory, in 2 MB around ADDR, where PAGE is: it takes nothing but entries. Returns 1,
 * or an error. A 2 MB entry is for files that never change, of which nobody takes out single pages. */
static int map_in_place(struct vma *v, u64 addr, void *page)
{
	struct range r = around(v, addr, HUGE_SIZE, 0);
	u64 entry = (virt_to_phys(page) - (addr - r.from)) | (pte_flags(v->prot) & ~PTE_W), *pte;
	int level;

	if (r.to - r.from == HUGE_SIZE && !(entry & (HUGE_SIZE - PAGE_SIZE)) && !v->file->ops->truncate && (pte = pde_find(addr)) && !*pte) {
		*pte = entry | PTE_HUGE;
		return 1;
	}
	if (!(pte = pte_find(r.from, true, &level)))
		return -ENOMEM;
	for (; r.from < r.to; r.from += PAGE_SIZE, entry += PAGE_SIZE, pte++)
		if (!*pte)
			*pte = entry;
	return 1;
}

int map_file_page(struct vma *v, u64 addr, bool write)
{
	bool shared = v->flags & MAP_SHARED;
	u64 index = (v->offset + (addr - v->start)) >> PAGE_SHIFT;
	struct vnode *file = v->file;
	void *page;
	int level;

	vnode_get(file);
	int err = file->ops->getpage(file, index, shared && write, &page);	/* may sleep */
	v = vma_find(addr);
	bool same = v && v->file == file && (v->offset + (addr - v->start)) >> PAGE_SHIFT == index;
	vnode_put(file);
	if (!err && !same)
		page_put(page);
	if (err || !same)	/* unmapped meanwhile: the access faults again */
		return err == -EFAULT ? -ENXIO : err;
	if (page_of_image(page) && (shared || !write))
		return map_in_place(v, addr, page);
	u64 *pte = pte_find(addr, true, &level);
	bool stores = shared && write;
	if (!pte || level != 1 || (*pte && !stores)) {	/* memory is out, or another thread was faster */
		page_put(page);
		return pte ? 0 : -ENOMEM;
	}
	u64 entry = pte_own(page, v->prot);
	if (!shared || !(v->prot & PROT_WRITE) || (file->ops->shared && !write))
		entry &= ~(PTE_W | PTE_OWNED);
	u64 old = pte_change(pte, stores ? entry | PTE_A : entry);	/* other processors may know it as one to read */
	if (old)
		pte_put(old);
	return write && !shared ? copy_page(v, pte) : 0;
}

u64 vma_usable_end(const struct vma *v)
{
	if (!v->file)
		return v->end;
	u64 size = align_up(v->file->size, (u64)PAGE_SIZE);
	return size > v->offset ? min(v->end, v->start + (size - v->offset)) : v->start;
}

static int map_file(struct vma *v, u64 addr, bool write)
{
	u64 page = align_down(addr, (u64)PAGE_SIZE), start = v->start;
	struct range r = around(v, addr, AROUND, PTE_P);

	if (page >= r.to)	/* behind the file's end */
		return -ENXIO;	/* SIGBUS */
	int err = map_file_page(v, page, write);
	if (err)
		return err;
	if (!plenty())	/* what is read for nothing puts out what is in use */
		pagecache_looks = current();
	for (u64 a = r.from; a < r.to && !scarce(); a += PAGE_SIZE) {
		int level;
		u64 *pte = pte_find(a, false, &level);
		v = vma_find(a);	/* map_file_page may have slept */
		if (!v || !v->file || v->start != start)
			break;
		if ((!pte || !*pte) && (err = map_file_page(v, a, false)) && err != -EAGAIN)
			break;
	}
	pagecache_looks = NULL;
	return 0;
}

OPTIONAL bool vm_wait_begin(const struct vnode *file) { return false; }	/* core/mm/thrash.c */
OPTIONAL void vm_wait_end(void) {}

int vm_fault(u64 addr, u32 error)
{
	struct vma *v = vma_find(addr);
	/* what can be reached at all can be read (access_error() of Linux) */
	int need = error & FAULT_FETCH ? PROT_EXEC : error & FAULT_WRITE ? PROT_WRITE : ~0;
	bool write = error & FAULT_WRITE;
	int level;

	if (!v || !(v->prot & need))
		return -EFAULT;
	u64 *pte = pte_find(addr, false, &level);
	if (pte && *pte) {
		if (!write || *pte & PTE_W)
			return 0;	/* another thread was faster, or the TLB was behind */
		if (!(v->flags & MAP_SHARED)) {
			if (level == 2)
				pte = huge_split(pte) ? pte_find(addr, false, &level) : NULL;
			int err = pte ? copy_page(v, pte) : -ENOMEM;
			if (!err)
				copy_around(v, addr);
			if (!(error & FAULT_PRESENT))	/* no access did, so this CPU forgot nothing (copy_page) */
				tlb_flush();
			return err;
		}
		/* The file gives it again, to be written to; until then whoever takes it out of mappings finds it here. */
	}
	if (!v->file)
		return map_anonymous(v, addr);
	bool waits = vm_wait_begin(v->file);
	int err = map_file(v, addr, write);
	if (waits)
		vm_wait_end();
	if (!err && write && (v = vma_find(addr)))	/* it may have slept */
		copy_around(v, addr);
	return min(err, 0);
}

/* Makes the range present and writable as far as its areas allow, so that code
 * that must not fault can use it. */
bool vm_populate(u64 addr, size_t len, bool write)
{
	u64 end = addr + len;

	for (u64 a = align_down(addr, (u64)PAGE_SIZE); a < end; a += PAGE_SIZE) {
		int level;
		u64 *pte = pte_find(a, false, &level);
		if (pte && *pte & PTE_U && (!write || *pte & PTE_W))
			continue;
		if (vm_fault(a, write ? FAULT_WRITE : 0))
			return false;
	}
	return true;
}
