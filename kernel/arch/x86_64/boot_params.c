/* struct boot_params, the "zero page" of the Linux boot protocol (Linux
 * Documentation/arch/x86/zero-page.rst and boot.rst), rewritten as a PVH
 * start_info. entry64.S calls it before anything else runs: no messages yet. */
#include "boot.h"
#include "kernel.h"
#include "start_info.h"

/* Offsets in the zero page. */
#define ACPI_RSDP_ADDR		0x070	/* u64 */
#define EXT_RAMDISK_IMAGE	0x0c0	/* u32: upper halves */
#define EXT_RAMDISK_SIZE	0x0c4
#define EXT_CMD_LINE_PTR	0x0c8
#define E820_ENTRIES		0x1e8	/* u8 */
#define SETUP_HEADER		0x202	/* u32 "HdrS" */
#define RAMDISK_IMAGE		0x218	/* u32 */
#define RAMDISK_SIZE		0x21c	/* u32 */
#define CMD_LINE_PTR		0x228	/* u32 */
#define E820_TABLE		0x2d0	/* of 20 bytes: u64 address, u64 size, u32 type */
#define E820_SIZE		20
#define E820_MAX		128

#define HDRS			0x53726448

extern const char entry64[];

/* The image builder's root for CONFIG_BOOT_PARAMS. */
const char drv_boot_params[1];

static struct start_info info;
static struct memmap_entry map[E820_MAX];
static struct module_entry ramdisk;

static u64 joined(const u8 *zero_page, unsigned low, unsigned high)
{
	return *(const u32 *)(zero_page + low) | (u64)*(const u32 *)(zero_page + high) << 32;
}

/* Gives the physical address of the start_info. A zero page that is none leaves the magic out,
 * which start_info_read reports. */
phys_t boot_params_read(phys_t params)
{
	const u8 *zero_page = phys_to_virt(params);

	KEEP(entry64);
	if (*(const u32 *)(zero_page + SETUP_HEADER) != HDRS)
		return virt_to_phys(&info);
	ramdisk.addr = joined(zero_page, RAMDISK_IMAGE, EXT_RAMDISK_IMAGE);
	ramdisk.size = joined(zero_page, RAMDISK_SIZE, EXT_RAMDISK_SIZE);
	unsigned n = min(zero_page[E820_ENTRIES], (u8)E820_MAX);
	for (unsigned i = 0; i < n; i++) {
		const u8 *e = zero_page + E820_TABLE + i * E820_SIZE;
		/* The types are those of PVH (Xen hvm_memmap_table_entry). */
		map[i] = (struct memmap_entry){ *(const u64 *)e, *(const u64 *)(e + 8), *(const u32 *)(e + 16), 0 };
	}
	info = (struct start_info){
		.magic = START_MAGIC,
		.version = 1,
		.nr_modules = ramdisk.size ? 1 : 0,
		.modlist = virt_to_phys(&ramdisk),
		.cmdline = joined(zero_page, CMD_LINE_PTR, EXT_CMD_LINE_PTR),
		.rsdp = *(const u64 *)(zero_page + ACPI_RSDP_ADDR),
		.memmap = virt_to_phys(map),
		.memmap_entries = n,
	};
	return virt_to_phys(&info);
}
