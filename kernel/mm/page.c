/* Buddy allocator over all of RAM, order 0 (4 KB) to 9 (2 MB).
 *
 * Start-up must not touch memory in proportion to its size, so RAM begins as
 * `wild`: ranges never used, known to be zero unless firmware ran before (the
 * command line then says uk.ram=dirty), from which 2 MB at a time moves to the
 * free lists. The links of the free lists live in the page map, not in
 * the pages: a free page is never touched. */
#include "balloon.h"
#include "boot.h"
#include "driver.h"
#include "kernel.h"

#define MAX_ORDER 9

u64 mem_total_pages, mem_free_pages, mem_lent_pages;

static struct page *page_map;
static u64 page_map_len, page_map_clear;	/* pages in all; of them those whose entries are zero, if not all are */
static u8 wild_zero = PAGE_ZERO;
static struct boot_range wild[array_len(boot_ram) + 1];
static u32 heads[MAX_ORDER + 1];	/* first free block, 0: none (page 0 is never ours) */

static inline struct page *page_at(u64 n) { return &page_map[n]; }

struct page *page_of(const void *p)
{
	return &page_map[virt_to_phys(p) >> PAGE_SHIFT];
}

static void block_add(u64 n, unsigned order, u8 zero)
{
	struct page *p = page_at(n);

	p->order = order;
	p->flags = PAGE_FREE | zero;
	p->prev = 0;
	p->next = heads[order];
	if (p->next)
		page_at(p->next)->prev = n;
	heads[order] = n;
}

static void block_remove(u64 n)
{
	struct page *p = page_at(n);

	if (p->prev)
		page_at(p->prev)->next = p->next;
	else
		heads[p->order] = p->next;
	if (p->next)
		page_at(p->next)->prev = p->prev;
	p->flags = 0;
}

#define EARLY_POOL 0x100000

/* The page map is taken from the first range that has room for it, a little
 * behind its start: the pool before it is what boot's own page tables reach,
 * whatever the map's size. */
static struct boot_range *map_home(u64 size)
{
	for (unsigned i = 0; i < boot_ram_count; i++)
		if (wild[i].end - wild[i].start > 2 * size + 16 * PAGE_SIZE)
			return &wild[i];
	panic("boot: %lu KB of RAM is not enough", mem_total_pages * 4);
}

void page_init(void)
{
	for (unsigned i = 0; i < boot_ram_count; i++) {
		wild[i] = boot_ram[i];
		mem_total_pages += (wild[i].end - wild[i].start) >> PAGE_SHIFT;
		page_map_len = max(page_map_len, wild[i].end >> PAGE_SHIFT);
	}
	u64 size = align_up(page_map_len * sizeof(struct page), PAGE_SIZE);
	struct boot_range *r = map_home(size), *rest = &wild[array_len(boot_ram)];
	u64 pool = min((r->end - r->start - size) / 2 & -(u64)PAGE_SIZE, (u64)EARLY_POOL);
	page_map = phys_to_virt(r->start + pool);
	*rest = (struct boot_range){ r->start + pool + size, r->end };
	r->end = r->start + pool;
	mem_total_pages -= size >> PAGE_SHIFT;
	mem_free_pages = mem_total_pages;
	/* Whoever started us says so, or ACPI's root pointer lies in the segment of a BIOS. */
	if (cmdline_get("uk.ram", 0) || boot_rsdp >> 16 == 0xf) {
		wild_zero = 0;
		page_map_clear = r->end >> PAGE_SHIFT;
		memset(page_map, 0, page_map_clear * sizeof(struct page));
	}
}

/* All memory is mapped; no page behind the pool was given out yet. */
void page_map_finish(void)
{
	if (!wild_zero)
		memset(page_map + page_map_clear, 0, (page_map_len - page_map_clear) * sizeof(struct page));
}

/* Moves the rest of one 2 MB block from wild to the free lists. */
static bool refill(void)
{
	for (unsigned i = 0; i < array_len(wild); i++) {
		u64 n = wild[i].start >> PAGE_SHIFT;
		u64 end = min(wild[i].end, align_up(wild[i].start + 1, (u64)HUGE_SIZE)) >> PAGE_SHIFT;
		if (n >= end)
			continue;
		wild[i].start = end << PAGE_SHIFT;
		while (n < end) {
			unsigned order = min((unsigned)__builtin_ctzl(n), (unsigned)MAX_ORDER);
			while (n + (1UL << order) > end)
				order--;
			block_add(n, order, wild_zero);
			n += 1UL << order;
		}
		return true;
	}
	return false;
}

/* fs/pagecache.c: drops cached file pages that nothing maps; how many it gave back. */
OPTIONAL u64 pagecache_reclaim(u64 pages) { (void)pages; return 0; }

void *pages_alloc(unsigned order, bool zeroed)
{
	unsigned o, tries = order <= 3 ? ~0u : 2;	/* for a large block the whole cache is too high a price */

	if (order > MAX_ORDER)
		return NULL;
	for (;;) {
		for (o = order; o <= MAX_ORDER && !heads[o]; o++)
			;
		if (o <= MAX_ORDER)
			break;
		if (!refill() && (!tries-- || (!pagecache_reclaim(64UL << order) &&
		    !balloon_take_back(64UL << order))))
			return NULL;
	}
	u64 n = heads[o];
	u8 zero = page_at(n)->flags & PAGE_ZERO;
	block_remove(n);
	while (o > order) {
		o--;
		block_add(n + (1UL << o), o, zero);
	}
	struct page *p = page_at(n);
	p->order = order;
	p->refs = 1;
	p->kind = 0;
	mem_free_pages -= 1UL << order;
	void *v = phys_to_virt(n << PAGE_SHIFT);
	if (zeroed && !zero)
		memset(v, 0, PAGE_SIZE << order);
	return v;
}

void pages_free(void *v, unsigned order)
{
	u64 n = virt_to_phys(v) >> PAGE_SHIFT;

	mem_free_pages += 1UL << order;
	for (; order < MAX_ORDER; order++) {
		u64 buddy = n ^ (1UL << order);
		if (buddy >= page_map_len)
			break;
		struct page *b = page_at(buddy);
		if (!(b->flags & PAGE_FREE) || b->order != order)
			break;
		block_remove(buddy);
		n &= ~(1UL << order);
	}
	block_add(n, order, 0);
}

void page_get(void *p)
{
	page_of(p)->refs++;
}

void page_put(void *v)
{
	if (--page_of(v)->refs == 0)
		pages_free(v, 0);
}

unsigned page_refs(void *p)
{
	return page_of(p)->refs;
}

/* An allocated block becomes single pages, each with one reference. */
void pages_split(void *v, unsigned order)
{
	struct page *p = page_of(v);

	for (u64 i = 0; i < 1UL << order; i++)
		p[i] = (struct page){ .refs = 1 };
}

void *free_block_take(void)
{
	for (u32 n = heads[MAX_ORDER]; n; n = page_at(n)->next)
		if (!(page_at(n)->flags & (PAGE_ZERO | PAGE_KNOWN))) {
			block_remove(n);
			mem_free_pages -= 1UL << MAX_ORDER;
			return phys_to_virt((phys_t)n << PAGE_SHIFT);
		}
	return NULL;
}

void free_block_give(void *p)
{
	mem_free_pages += 1UL << MAX_ORDER;
	block_add(virt_to_phys(p) >> PAGE_SHIFT, MAX_ORDER, PAGE_KNOWN);
}
