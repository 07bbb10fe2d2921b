/* A loader by the Linux 64-bit boot protocol for loaders that know PVH only: its module
 * is {size of a kernel, size of a ramdisk} in 4 KB, the kernel, from the next page on
 * the ramdisk. Runs in long mode with 4 GB mapped one to one (start64.S). */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

struct start_info {
	u32 magic, version, flags, modules;
	u64 modlist, cmdline, rsdp, memmap;
	u32 entries;
};

static void copy(u8 *to, const u8 *from, u64 n)
{
	while (n--)
		*to++ = *from++;
}

void cmain(const struct start_info *si)
{
	const u8 *module = (const u8 *)*(const u64 *)si->modlist;
	u64 kernel_size = ((const u64 *)module)[0], ramdisk_size = ((const u64 *)module)[1];
	const u8 *elf = module + 4096;
	u64 ramdisk = (u64)elf + ((kernel_size + 4095) & -4096UL);
	const u8 *ph = elf + *(const u64 *)(elf + 32);
	static u8 zero_page[4096] __attribute__((aligned(4096)));

	for (unsigned i = 0; i < *(const u16 *)(elf + 56); i++, ph += 56) {
		if (*(const u32 *)ph != 1)
			continue;
		u8 *to = (u8 *)*(const u64 *)(ph + 24);
		u64 file = *(const u64 *)(ph + 32), mem = *(const u64 *)(ph + 40);
		copy(to, elf + *(const u64 *)(ph + 8), file);
		for (u64 k = file; k < mem; k++)
			to[k] = 0;
	}
	zero_page[0x1e8] = si->entries;
	for (unsigned i = 0; i < si->entries; i++)
		copy(zero_page + 0x2d0 + 20 * i, (const u8 *)si->memmap + 24 * i, 20);
	*(u64 *)(zero_page + 0x70) = si->rsdp;
	*(u16 *)(zero_page + 0x1fe) = 0xaa55;
	copy(zero_page + 0x202, (const u8 *)"HdrS", 4);
	*(u32 *)(zero_page + 0x218) = ramdisk;
	*(u32 *)(zero_page + 0x21c) = ramdisk_size;
	/* The line moves down to where the kernel looks for it. */
	u8 *line = (u8 *)0x20000;
	for (const u8 *c = (const u8 *)si->cmdline; (*line++ = *c++);)
		;
	*(u32 *)(zero_page + 0x228) = 0x20000;
	copy((u8 *)0x7000, zero_page, 4096);
	__asm__ volatile("jmp *%0" : : "r"(*(const u64 *)(elf + 24)), "S"(0x7000UL), "D"(0UL) : "memory");
	__builtin_unreachable();
}
