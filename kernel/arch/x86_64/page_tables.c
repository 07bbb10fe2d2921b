/* Page tables (Intel SDM vol. 3, 4.5): four levels, edited from ring 3
 * through the direct map. */
#include "boot.h"
#include "cpu.h"
#include "kernel.h"
#include "offsets.h"

extern u64 boot_pml4[512];
extern char boot_stack[];

void *pte_page(u64 entry)
{
	return phys_to_virt(entry & PTE_ADDR);
}

static inline u64 *table_of(u64 entry)
{
	return pte_page(entry);
}

static u64 *table_make(u64 *entry)
{
	if (*entry & PTE_P)
		return table_of(*entry);
	u64 *t = page_alloc();
	if (t)
		*entry = virt_to_phys(t) | PTE_P | PTE_W | PTE_U;
	return t;
}

u64 *pde_find(u64 addr)
{
	u64 *pdpt = table_make(&boot_pml4[addr >> 39 & 511]);
	u64 *pd = pdpt ? table_make(&pdpt[addr >> 30 & 511]) : NULL;

	return pd ? &pd[addr >> 21 & 511] : NULL;
}

u64 *pte_find(u64 addr, bool create, int *level)
{
	u64 *t = boot_pml4;

	for (int l = 4; l > 1; l--) {
		u64 *e = &t[addr >> (12 + 9 * (l - 1)) & 511];
		if (*e & PTE_P && *e & PTE_HUGE) {
			*level = l;
			return e;
		}
		if (!(*e & PTE_P) && !create) {
			*level = l;
			return NULL;
		}
		t = table_make(e);
		if (!t)
			return NULL;
	}
	*level = 1;
	return &t[addr >> 12 & 511];
}

u64 page_entry(u64 addr)
{
	int level;
	u64 *pte = pte_find(addr, false, &level);

	return pte ? *pte : 0;
}

bool huge_split(u64 *pde)
{
	u64 *t = pages_alloc(0, false);
	u64 entry = (*pde & ~PTE_HUGE) | PTE_A;	/* as it may be before the table is there */

	if (!t)
		return false;
	for (unsigned i = 0; i < 512; i++) {
		void *page = pte_page(entry + i * PAGE_SIZE);
		t[i] = entry + i * PAGE_SIZE;
		if (!page_of_image(page))
			page_of(page)->refs = 1;
	}
	*pde = virt_to_phys(t) | PTE_P | PTE_W | PTE_U;
	return true;
}

u64 pte_flags(int prot)
{
	u64 f = PTE_P;

	if (prot)
		f |= PTE_U;	/* PROT_NONE: present, but not for ring 3 */
	if (prot & PROT_WRITE)
		f |= PTE_W;
	if (!(prot & PROT_EXEC))
		f |= PTE_NX;
	return f;
}

u64 pte_own(const void *page, int prot)
{
	return virt_to_phys(page) | pte_flags(prot) | PTE_OWNED;
}

OPTIONAL void tlb_flush_others(void) {}

void tlb_flush(void)
{
	monitor_call(MON_CR3, virt_to_phys(boot_pml4), 0, 0);
	tlb_flush_others();
}

/* Permissions of a page of the kernel image, in the order of linker/kernellayout.go. */
static u64 image_flags(u64 addr)
{
	bool code = addr < (u64)kernel_text_start ? addr >= (u64)monitor_text_start && addr < (u64)monitor_text_end :
		addr < (u64)kernel_rodata_start;

	if (addr == (u64)boot_stack - PAGE_SIZE)
		return 0;
	return pte_flags(code ? PROT_READ | PROT_EXEC : addr < (u64)kernel_rodata_start || addr >= (u64)kernel_rodata_end ?
		PROT_READ | PROT_WRITE : PROT_READ);
}

static void map_direct(phys_t start, phys_t end, int prot)
{
	for (phys_t p = align_down(start, (u64)HUGE_SIZE); p < end; p += HUGE_SIZE) {
		u64 *pde = pde_find(p);
		if (!pde)
			panic("boot: no memory for page tables");
		if (!*pde)
			*pde = p | pte_flags(prot) | PTE_HUGE;
	}
}

/* Replaces entry.S's tables: all RAM in 2 MB pages, the blocks that hold the
 * kernel image in 4 KB pages with its permissions, nothing at 0. All of it is made
 * there, where nobody looks: a software KVM carries out each write to a table in use. */
void page_tables_init(void)
{
	u64 image_end = align_up((u64)kernel_end, (u64)HUGE_SIZE);
	u64 *pdpt = page_alloc(), *pd = table_make(pdpt);

	for (u64 a = DIRECT_BASE; a < image_end; a += HUGE_SIZE) {
		u64 *t = table_make(&pd[(a - DIRECT_BASE) >> HUGE_SHIFT]);
		for (unsigned i = 0; i < 512; i++)
			t[i] = (a - DIRECT_BASE + i * PAGE_SIZE) | image_flags(a + i * PAGE_SIZE);
	}
	boot_pml4[0] = virt_to_phys(pdpt) | PTE_P | PTE_W | PTE_U;
	for (unsigned i = 0; i < boot_ram_count; i++)
		map_direct(boot_ram[i].start, boot_ram[i].end, PROT_READ | PROT_WRITE);
	map_direct(0, HUGE_SIZE, PROT_READ | PROT_WRITE);
	map_direct(boot_module_start, boot_module_start + boot_module_size, PROT_READ);
	for (unsigned i = 0; i < DIRECT_SIZE >> 39; i++) {
		boot_pml4[KERNEL_PML4 + i] = boot_pml4[i];
		boot_pml4[i] = 0;
	}
	tlb_flush();
	page_map_finish();
}

void *map_device(phys_t p, size_t len)
{
	for (phys_t a = align_down(p, (u64)PAGE_SIZE); a < p + len; a += PAGE_SIZE) {
		int level;
		u64 *pte = pte_find(a + DIRECT_BASE, true, &level);
		if (!pte)
			panic("no memory to map a device");
		if (level == 1)
			*pte = a | pte_flags(PROT_READ | PROT_WRITE) | PTE_UNCACHED;
	}
	return phys_to_virt(p);
}
