/* The vDSO: a shared object of the kernel's that programs with system calls of their own find by
 * AT_SYSINFO_EHDR, to ask for the time without a trap. Linked in by such a program's calls
 * (sys/time/raw_clock.c). */
#include "clock.h"
#include "elf.h"
#include "kernel.h"

extern const char vdso_image[], vdso_image_end[];

const char vdso_anchor[1];

static bool fill_page(u64 addr, const char *from, size_t n)
{
	int level;
	u64 *pte = pte_find(addr, true, &level);
	char *page = pte ? page_alloc() : NULL;

	if (!page)
		return false;
	memcpy(page, from, n);
	*pte = pte_own(page, PROT_READ | PROT_EXEC);
	return true;
}

/* When memory is out, the program does without. */
void vdso_map(u64 *auxv_end)
{
	const struct elf_ehdr *e = (const void *)vdso_image;
	size_t size = vdso_image_end - vdso_image;
	KEEP(systab_clock_gettime);	/* what its functions ask for other clocks */
	KEEP(systab_clock_getres);
	long base = vm_map(0, size, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, NULL, 0);

	if (base < 0)
		return;
	vma_find(base)->flags |= VMA_VDSO;
	for (size_t at = 0; at < size; at += PAGE_SIZE)
		if (!fill_page(base + at, vdso_image + at, min(size - at, (size_t)PAGE_SIZE))) {
			vm_unmap(base, size);
			return;
		}
	int level;
	u64 *pte = pte_find(base, false, &level);
	char *first = pte_page(*pte);
	*(const struct clock **)(first + e->phoff + e->phnum * sizeof(struct elf_phdr)) = &clock_data;
	auxv_end[0] = AT_SYSINFO_EHDR;
	auxv_end[1] = base;
}
