/* The address space: a sorted array of areas that do not overlap, and what
 * page tables hold of them. Neighbours that agree in everything are one. The array has room on both sides, so that what
 * comes and goes moves the shorter part of it: areas are mostly made below all others, but for the program's. */
#include "kernel.h"
#include "vfs.h"

struct vma **vmas;
unsigned vma_count;
static struct vma **room;	/* VMA_ROOM pointers, of which vmas[0..vma_count) are in use */
static unsigned vma_room;
static u64 mmap_top = USER_MMAP_TOP;	/* areas are placed below it, downwards */
static u64 search_top = USER_MMAP_TOP;	/* and before others below this */

void vm_set_top(u64 top)
{
	mmap_top = search_top = top;
}

/* Index of the first area that ends above ADDR. */
static unsigned index_of(u64 addr)
{
	unsigned lo = 0, hi = vma_count;

	while (lo < hi) {
		unsigned mid = (lo + hi) / 2;
		if (vmas[mid]->end > addr)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

struct vma *vma_next(u64 addr)
{
	unsigned i = index_of(addr);

	return i < vma_count ? vmas[i] : NULL;
}

struct vma *vma_find(u64 addr)
{
	struct vma *v = vma_next(addr);

	return v && v->start <= addr ? v : NULL;
}

/* As much room again, with the areas in its middle. */
static bool grow(void)
{
	unsigned n = vma_count * 2 + 32;
	struct vma **grown = kmalloc(n * sizeof(*vmas));

	if (!grown)
		return false;
	vmas = memcpy(grown + (n - vma_count) / 2, vmas, vma_count * sizeof(*vmas));
	kfree(room);
	room = grown;
	vma_room = n;
	return true;
}

/* Makes or closes a gap: areas from FROM on go to TO, or those before do, if they are fewer. */
static bool shift(unsigned from, unsigned to)
{
	long by = (long)to - from;

	if (from < vma_count - from) {
		if (vmas - by < room && !grow())
			return false;
		memmove(vmas - by, vmas, min(from, to) * sizeof(*vmas));
		vmas -= by;
	} else {
		if (vmas + vma_count + by > room + vma_room && !grow())
			return false;
		memmove(&vmas[to], &vmas[from], (vma_count - from) * sizeof(*vmas));
	}
	vma_count += by;
	return true;
}

static struct vma *insert_at(unsigned i, const struct vma *proto)
{
	struct vma *v = vma_count < VMA_MAX ? kmalloc(sizeof(*v)) : NULL;

	if (!v || !shift(i, i + 1)) {
		kfree(v);
		return NULL;
	}
	*v = *proto;
	if (v->file)
		vnode_get(v->file);
	return vmas[i] = v;
}

static void remove_range(unsigned i, unsigned end)
{
	struct vma *gone = NULL, *next;

	if (i == end)
		return;
	for (unsigned k = i; k < end; k++) {
		vmas[k]->start = (u64)gone;
		gone = vmas[k];
	}
	shift(end, i);
	for (; gone; gone = next) {	/* a file's end may look at areas */
		next = (struct vma *)gone->start;
		if (gone->file)
			vnode_put(gone->file);
		kfree(gone);
	}
}

static void remove_at(unsigned i)
{
	remove_range(i, i + 1);
}

static bool same_kind(const struct vma *a, const struct vma *b)
{
	return a->end == b->start && a->prot == b->prot && a->flags == b->flags && a->file == b->file &&
		(!a->file || a->offset + (a->end - a->start) == b->offset);
}

static void merge_at(unsigned i)
{
	if (i + 1 < vma_count && same_kind(vmas[i], vmas[i + 1])) {
		vmas[i]->end = vmas[i + 1]->end;
		remove_at(i + 1);
	}
	if (i > 0 && same_kind(vmas[i - 1], vmas[i])) {
		vmas[i - 1]->end = vmas[i]->end;
		remove_at(i);
	}
}

static void merge_range(u64 addr, u64 end)
{
	for (unsigned i = min(index_of(end) + 1, vma_count); i-- && vmas[i]->end > addr;)
		merge_at(i);
}

/* No 2 MB page table entry goes across ADDR from now on. */
static bool border(u64 addr)
{
	int level;
	u64 *pte = pte_find(addr, false, &level);

	return !pte || level != 2 || !(addr & (HUGE_SIZE - 1)) || huge_split(pte);
}

/* Makes ADDR a border between areas. */
static int split(u64 addr)
{
	unsigned i = index_of(addr);

	if (!border(addr))
		return -ENOMEM;
	if (i == vma_count || vmas[i]->start >= addr)
		return 0;
	struct vma upper = *vmas[i];
	if (upper.file)
		upper.offset += addr - upper.start;
	upper.start = addr;
	if (!insert_at(i + 1, &upper))
		return -ENOMEM;
	vmas[i]->end = addr;
	return 0;
}

static bool range_ok(u64 addr, u64 len)
{
	return !(addr & (PAGE_SIZE - 1)) && len && addr - USER_MIN < USER_MAX - USER_MIN && len <= USER_MAX - addr &&
		(addr + len <= DIRECT_BASE || addr >= DIRECT_BASE + DIRECT_SIZE);
}

/* Highest free range of LEN bytes that ends at or below TOP, or 0. */
static u64 find_below(u64 top, u64 len)
{
	unsigned i = index_of(top);
	u64 end = top;

	if (i < vma_count && vmas[i]->start < top)
		end = vmas[i]->start;
	for (;; i--) {
		u64 floor = i > 0 ? vmas[i - 1]->end : USER_MIN;
		if (end > floor && end - floor >= len) {
			u64 addr = end - len;
			if (addr + len > DIRECT_BASE && addr < DIRECT_BASE + DIRECT_SIZE) {
				end = DIRECT_BASE;
				if (end < floor || end - floor < len)
					goto next;
				addr = end - len;
			}
			return addr;
		}
next:		if (i == 0)
			return 0;
		end = vmas[i - 1]->start;
	}
}

/* AT: where the contents are, of which 2 MB pages are made where both lie alike; 0 if that is not known. */
static u64 find_free(u64 len, u64 at)
{
	bool big = len >= HUGE_SIZE;
	u64 addr = find_below(search_top, big ? len + HUGE_SIZE - PAGE_SIZE : len);

	if (!addr)
		addr = find_below(mmap_top, len);
	else if (big)
		addr += (at - addr) & (HUGE_SIZE - PAGE_SIZE);
	if (addr)
		search_top = addr;
	return addr;
}

static u64 choose_address(u64 hint, u64 len, int flags, u64 at)
{
	hint = align_down(hint, (u64)PAGE_SIZE);
	if (hint && range_ok(hint, len)) {
		struct vma *v = vma_next(hint);
		if (!v || v->start >= hint + len)
			return hint;
	}
	if (flags & MAP_FIXED_NOREPLACE)
		return 0;
	return find_free(len, at);
}

/* What a MAP_* flag word leaves on the area. */
#define KEPT_FLAGS (MAP_SHARED | MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_LOCKED | MAP_NORESERVE | MAP_STACK | \
		    VMA_NO_WRITE | VMA_STUBS)

/* sys/system/limits.c */
OPTIONAL bool vm_limited(u64 addr, u64 len, int prot, int flags)
{
	(void)addr, (void)len, (void)prot, (void)flags;
	return false;
}

/* sys/system/personality.c: what a program may do with memory that it asks for with PROT. */
OPTIONAL int vm_prot(int prot) { return prot; }

/* One request for far more than the machine has, as Linux's heuristic refuses it. Linux draws the line at all of memory
 * and swap; machines are small here, and much of what is asked for stays empty (Go's heap grows by 64 MB). */
bool vm_overcommit(u64 len)
{
	return len > max(mem_total_pages * PAGE_SIZE * 8, 64UL << 20);
}

long vm_map(u64 addr, u64 len, int prot, int flags, struct vnode *file, u64 offset)
{
	len = align_up(len, (u64)PAGE_SIZE);
	if (!len || len > USER_MAX)
		return len ? -ENOMEM : -EINVAL;
	if (vm_limited(addr, len, prot, flags))
		return -ENOMEM;
	if (!(flags & MAP_NORESERVE) && (flags & MAP_SHARED ? !file : prot & PROT_WRITE) && vm_overcommit(len))
		return -ENOMEM;
	if (flags & MAP_FIXED) {
		if (!range_ok(addr, len))
			return addr & (PAGE_SIZE - 1) ? -EINVAL : -ENOMEM;
		long r = vm_unmap(addr, len);
		if (r)
			return r;
	} else {
		u64 hint = addr;
		u64 at = file && file->ops->direct ? (u64)file->ops->direct(file, offset) : 0;
		addr = choose_address(hint, len, flags, at);
		if (!addr)
			return hint && flags & MAP_FIXED_NOREPLACE ? -EEXIST : -ENOMEM;
	}
	unsigned i = index_of(addr);
	struct vma proto = { addr, addr + len, vm_prot(prot) & 7, flags & KEPT_FLAGS, file, offset };
	if (!insert_at(i, &proto))
		return -ENOMEM;
	merge_at(i);
	return addr;
}

u64 *pte_next(u64 *addr, u64 end, int *level)
{
	while (*addr < end) {
		u64 *pte = pte_find(*addr, false, level);
		if (pte)
			return pte;
		u64 empty = (u64)PAGE_SIZE << 9 * (*level - 1);
		*addr = align_down(*addr, empty) + empty;
	}
	return NULL;
}

/* Drops every mapping in the range. Whole 2 MB entries go at once; tables
 * that become empty stay, to be used again. Returns whether any was used. */
static bool clear_range(u64 addr, u64 end)
{
	u64 all = 0, old, *pte;
	int level;

	for (; (pte = pte_next(&addr, end, &level)); addr += level == 2 ? HUGE_SIZE : PAGE_SIZE) {
		if (!*pte)
			continue;
		all |= old = pte_change(pte, 0);
		void *page = pte_page(old);
		if (level == 1)
			page_put(page);
		else if (!page_of_image(page))
			pages_free(page, HUGE_SHIFT - PAGE_SHIFT);
	}
	return all & PTE_A;
}

static bool unmapping_many;

void vm_unmap_begin(void)
{
	unmapping_many = true;
}

/* Pages that vm_unmap freed meanwhile are nobody else's yet: whoever would take
 * one waits for the lock. */
void vm_unmap_end(void)
{
	unmapping_many = false;
	tlb_flush();
}

OPTIONAL void vma_unmapped(const struct vma *v) {}	/* sys/ipc/shm.c */

long vm_unmap(u64 addr, u64 len)
{
	len = align_up(len, (u64)PAGE_SIZE);
	if (!range_ok(addr, len))
		return -EINVAL;
	u64 end = addr + len;
	if (split(addr) || split(end))
		return -ENOMEM;
	unsigned first = index_of(addr), i = first;
	bool flush = false;
	for (; i < vma_count && vmas[i]->start < end; i++) {
		vma_unmapped(vmas[i]);
		flush |= clear_range(vmas[i]->start, vmas[i]->end);
	}
	remove_range(first, i);
	if (end <= mmap_top && end > search_top)
		search_top = end;
	if (flush && !unmapping_many)
		tlb_flush();
	return 0;
}

/* Rewrites the permissions of present pages. Returns whether any that was used lost one. */
static bool protect_range(u64 addr, u64 end, int prot)
{
	u64 want = pte_flags(prot);
	bool less = false;
	int level;
	u64 *pte;

	while ((pte = pte_next(&addr, end, &level))) {
		if (*pte) {
			u64 keep = *pte & (PTE_ADDR | PTE_OWNED | PTE_A | (level == 2 ? PTE_HUGE : 0));
			u64 now = keep | want;
			if (!(*pte & PTE_OWNED))
				now &= ~PTE_W;
			u64 old = pte_change(pte, now);
			if (old & ~now & PTE_A)	/* since it was read */
				__atomic_fetch_or(pte, PTE_A, __ATOMIC_RELAXED);
			less |= old & PTE_A && ((old & ~now & (PTE_U | PTE_W)) || (now & ~old & PTE_NX));
		}
		addr += level == 2 ? HUGE_SIZE : PAGE_SIZE;
	}
	return less;
}

long vm_protect(u64 addr, u64 len, int prot)
{
	len = align_up(len, (u64)PAGE_SIZE);
	if (!len)
		return 0;
	if (!range_ok(addr, len))
		return addr & (PAGE_SIZE - 1) ? -EINVAL : -ENOMEM;
	u64 end = addr + len, at = addr;
	for (unsigned i = index_of(addr); at < end; i++) {
		if (i == vma_count || vmas[i]->start > at)
			return -ENOMEM;
		at = vmas[i]->end;
	}
	if (split(addr) || split(end))
		return -ENOMEM;
	bool flush = false;
	for (unsigned i = index_of(addr); i < vma_count && vmas[i]->start < end; i++) {
		flush |= protect_range(vmas[i]->start, vmas[i]->end, prot);
		vmas[i]->prot = prot & 7;
	}
	merge_range(addr, end);
	if (flush)
		tlb_flush();
	return 0;
}

/* Forgets the contents of the range (madvise MADV_DONTNEED). */
long vm_discard(u64 addr, u64 len)
{
	if (!border(addr) || !border(addr + len))
		return -ENOMEM;
	if (clear_range(addr, addr + len))
		tlb_flush();
	return 0;
}

/* Sets or clears FLAG on all areas of the range. */
int vm_mark(u64 addr, u64 end, int flag, bool on)
{
	if (split(addr) || split(end))
		return -ENOMEM;
	for (unsigned i = index_of(addr); i < vma_count && vmas[i]->start < end; i++)
		vmas[i]->flags = on ? vmas[i]->flags | flag : vmas[i]->flags & ~flag;
	merge_range(addr, end);
	return 0;
}
