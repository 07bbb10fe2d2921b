/* Reads hvm_start_info (Xen public/arch-x86/hvm/start_info.h, version 1). */
#include "boot.h"
#include "kernel.h"
#include "start_info.h"

static const void *boot_ptr(phys_t p, size_t len)
{
	if (p >= BOOT_MAPPED || len > BOOT_MAPPED - p)
		panic("boot: structure at %lx, above 16 MB", p);
	return phys_to_virt(p);
}

static void add_ram(phys_t start, phys_t end)
{
	start = align_up(start, PAGE_SIZE);
	end = align_down(end, PAGE_SIZE);
	if (start < end && boot_ram_count < array_len(boot_ram))
		boot_ram[boot_ram_count++] = (struct boot_range){ start, end };
}

/* RAM above the kernel, less the module. */
static void add_entry(const struct memmap_entry *e)
{
	phys_t start = max(e->addr, virt_to_phys((void *)cmdline_end()));
	phys_t end = min(e->addr + e->size, (u64)DIRECT_END);
	phys_t mod = boot_module_start, mod_end = mod + boot_module_size;

	if ((e->type != MEMMAP_RAM && e->type != MEMMAP_LAZY) || end < e->addr || start >= end)
		return;
	if (mod >= start && mod < end) {
		add_ram(start, mod);
		start = min(mod_end, end);
	}
	add_ram(start, end);
}

void start_info_read(phys_t info)
{
	const struct start_info *si = boot_ptr(info, sizeof(*si));

	if (si->magic != START_MAGIC || si->version < 1)
		panic("boot: no PVH start_info, version 1");
	boot_rsdp = si->rsdp;
	if (si->cmdline)
		cmdline_init(boot_ptr(si->cmdline, 1));
	if (si->nr_modules) {
		const struct module_entry *m = boot_ptr(si->modlist, sizeof(*m));
		boot_module_start = m->addr;
		boot_module_size = m->size;
	}
	u32 n = min(si->memmap_entries, 128u);
	const struct memmap_entry *map = boot_ptr(si->memmap, n * sizeof(*map));
	for (u32 i = 0; i < n; i++)
		add_entry(&map[i]);
	if (!boot_ram_count)
		panic("boot: no RAM above the kernel");
}
