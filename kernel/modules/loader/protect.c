/* Protection of single pages of the direct map, which boot mapped in 2 MB pages. */
#include "kernel.h"
#include "modules.h"

/* Unlike huge_split(), which is for programs' memory, leaves the pages' reference counts alone. */
static bool split(u64 *pde)
{
	u64 *t = pages_alloc(0, false);

	if (!t)
		return false;
	for (unsigned i = 0; i < 512; i++)
		t[i] = (*pde & ~PTE_HUGE) + i * PAGE_SIZE;
	*pde = virt_to_phys(t) | PTE_P | PTE_W | PTE_U;
	return true;
}

bool direct_protect(const void *at, u64 bytes, int prot)
{
	for (u64 a = (u64)at; a < (u64)at + bytes; a += PAGE_SIZE) {
		u64 *pde = pde_find(a);
		int level;
		if (*pde & PTE_HUGE && !split(pde))
			return false;
		*pte_find(a, false, &level) = virt_to_phys((void *)a) | pte_flags(prot);
	}
	tlb_flush();
	return true;
}
