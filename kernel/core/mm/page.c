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
#include "offsets.h"

#define MAX_ORDER 9

u64 image_start = ~0UL;
u64 mem_total_pages, mem_free_pages, mem_lent_pages, mem_kept_pages;

static struct page *page_map;
static bool page_map_ready;	/* before, wild[0] gives single pages, for page tables */
static bool dirty;		/* RAM was used before, and so is not zero */
static struct boot_range wild[array_len(boot_ram)];
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

/* Room for an entry for each page up to END, and for boot's page tables beside it. */
static struct page *place_map(phys_t end)
{
	u64 size = align_up(end, (u64)HUGE_SIZE) / PAGE_SIZE * sizeof(struct page);

	for (struct boot_range *r = wild; r < wild + array_len(wild); r++)
		if (r->end - r->start > size + size / 512 + 16 * PAGE_SIZE) {
			r->end -= size;
			mem_total_pages -= size >> PAGE_SHIFT;
			return phys_to_virt(r->end);
		}
	panic("boot: %lu KB of RAM is not enough", mem_total_pages * 4);
}

void page_init(void)
{
	phys_t end = 0;

	for (unsigned i = 0; i < boot_ram_count; i++) {
		wild[i] = boot_ram[i];
		mem_total_pages += (wild[i].end - wild[i].start) >> PAGE_SHIFT;
		end = max(end, wild[i].end);
	}
	if (boot_module_start >= end)
		image_start = (u64)phys_to_virt(boot_module_start);
	page_map = place_map(end);
	mem_free_pages = mem_total_pages;
	mem_kept_pages = 32 + mem_total_pages / 512;
	/* Whoever started us says so, or ACPI's root pointer lies in the segment of a BIOS. */
	dirty = cmdline_get(CMD_RAM, 0) || boot_rsdp >> 16 == 0xf;
}

/* Clears the entries of what is no RAM of ours, and of all blocks of 2 MB that are so in part. */
static void clear_gap(phys_t start, phys_t end)
{
	struct page *from = page_at(align_down(start, (u64)HUGE_SIZE) >> PAGE_SHIFT);

	memset(from, 0, (char *)page_at(align_up(end, (u64)HUGE_SIZE) >> PAGE_SHIFT) - (char *)from);
}

/* All memory is mapped. */
void page_map_finish(void)
{
	phys_t end = 0;

	page_map_ready = true;
	for (unsigned i = 0; dirty && i < boot_ram_count; i++) {	/* refill clears the rest */
		clear_gap(end, wild[i].start);
		end = wild[i].end;
	}
	if (dirty)
		clear_gap(end, end);
}

/* Moves the rest of one 2 MB block from wild to the free lists. */
static __attribute__((noinline)) bool refill(void)
{
	for (unsigned i = 0; i < array_len(wild); i++) {
		u64 n = wild[i].start >> PAGE_SHIFT;
		u64 end = min(wild[i].end, align_up(wild[i].start + 1, (u64)HUGE_SIZE)) >> PAGE_SHIFT;
		if (n >= end)
			continue;
		if (!(n & (LAZY_UNIT / PAGE_SIZE - 1)))
			monitor_call(MON_OUTW, PORT_MEMORY, n / (LAZY_UNIT / PAGE_SIZE), 0);
		wild[i].start = end << PAGE_SHIFT;
		if (dirty)
			memset(page_at(n), 0, (end - n) * sizeof(struct page));
		while (n < end) {
			unsigned order = min((unsigned)__builtin_ctzl(n), (unsigned)MAX_ORDER);
			while (n + (1UL << order) > end)
				order--;
			block_add(n, order, dirty ? 0 : PAGE_ZERO);
			n += 1UL << order;
		}
		return true;
	}
	return false;
}

/* fs/pagecache.c: drops cached file pages that nothing maps; how many it gave back. */
OPTIONAL u64 pagecache_reclaim(u64 pages) { (void)pages; return 0; }

/* Of what is free, and nothing is given up for it. */
void *pages_take(unsigned order, bool zeroed)
{
	u64 n;
	u8 zero = 0;
	unsigned o;

	if (!page_map_ready) {	/* what entry.S mapped; the page map may lie elsewhere */
		n = wild[0].start >> PAGE_SHIFT;
		wild[0].start += PAGE_SIZE;
		goto taken;
	}
	do
		for (o = order; o <= MAX_ORDER && !heads[o]; o++)
			;
	while (o > MAX_ORDER && refill());
	if (o > MAX_ORDER)
		return NULL;
	n = heads[o];
	zero = page_at(n)->flags & PAGE_ZERO;
	block_remove(n);
	while (o > order) {
		o--;
		block_add(n + (1UL << o), o, zero);
	}
	struct page *p = page_at(n);
	p->order = order;
	p->refs = 1;
	p->kind = 0;
taken:
	mem_free_pages -= 1UL << order;
	void *v = phys_to_virt(n << PAGE_SHIFT);
	if (zeroed && !zero)
		memset(v, 0, PAGE_SIZE << order);
	return v;
}

void *pages_alloc(unsigned order, bool zeroed)
{
	unsigned tries = order <= 3 ? ~0u : 2;	/* for a large block the whole cache is too high a price */
	void *v;

	if (order > MAX_ORDER)
		return NULL;
	while (!(v = pages_take(order, zeroed)))
		if (!tries-- || (!pagecache_reclaim(64UL << order) && !balloon_take_back(64UL << order)))
			return NULL;
	return v;
}

void *page_alloc_user(bool zeroed)
{
	while (mem_free_pages < mem_kept_pages)
		if (!pagecache_reclaim(64) && !balloon_take_back(64))
			return NULL;
	return pages_alloc(0, zeroed);
}

void pages_free(void *v, unsigned order)
{
	u64 n = virt_to_phys(v) >> PAGE_SHIFT;

	mem_free_pages += 1UL << order;
	for (; order < MAX_ORDER; order++) {
		u64 buddy = n ^ (1UL << order);
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
	if (!page_of_image(p))
		page_of(p)->refs++;
}

void page_put(void *v)
{
	if (!page_of_image(v) && --page_of(v)->refs == 0)
		pages_free(v, 0);
}

void pte_put(u64 entry)
{
	page_put(pte_page(entry));
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

/* What was never used is in no list yet. */
u64 free_blocks(unsigned order)
{
	u64 count = 0;

	if (order > MAX_ORDER)
		return 0;
	for (u32 n = heads[order]; n; n = page_at(n)->next)
		count++;
	for (unsigned i = 0; order == MAX_ORDER && i < array_len(wild); i++)
		count += (wild[i].end - wild[i].start) >> (MAX_ORDER + PAGE_SHIFT);
	return count;
}
