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

#ifdef TABLES
/* ACPI tables as Cloud Hypervisor's, as far as they differ from QEMU's: processors by x2APIC
 * entries, hardware-reduced with a sleep control register at an I/O port, and a package _S5_
 * of one element. The port is QEMU's debug console. */
static u8 *table(u8 **at, const char *signature, const u8 *body, u32 n)
{
	u8 *t = *at, sum = 0;

	copy(t, (const u8 *)signature, 4);
	*(u32 *)(t + 4) = 36 + n;
	copy(t + 36, body, n);
	for (u32 i = 0; i < 36 + n; i++)
		sum += t[i];
	t[9] = -sum;
	*at += 36 + n;
	return t;
}

static u64 tables(void)
{
	/* Made here, for their place at 64 KB. */
	static u8 memory[4096] __attribute__((aligned(4096)));
	static const u8 dsdt[] = { 0x08, '_', 'S', '5', '_', 0x12, 4, 1, 0x0a, 5 };
	static u8 fadt[276 - 36], madt[8 + 12 + 3 * 16], xsdt[16];
	u8 *r = memory, *at = memory + 64, sum = 0;

	*(u32 *)(fadt + 112 - 36) = 1u << 20;
	*(u64 *)(fadt + 140 - 36) = (u64)table(&at, "DSDT", dsdt, sizeof(dsdt)) - (u64)memory + 0x10000;
	fadt[244 - 36] = 1;			/* I/O space */
	fadt[245 - 36] = 8;
	*(u64 *)(fadt + 248 - 36) = 0xe9;
	*(u32 *)madt = 0xfee00000;
	madt[8] = 1, madt[9] = 12, *(u32 *)(madt + 12) = 0xfec00000;
	for (u32 i = 0; i < 3; i++) {		/* the third is not there */
		u8 *e = madt + 20 + 16 * i;
		e[0] = 9, e[1] = 16, *(u32 *)(e + 4) = i, *(u32 *)(e + 8) = i < 2, *(u32 *)(e + 12) = i;
	}
	*(u64 *)xsdt = (u64)table(&at, "FACP", fadt, sizeof(fadt)) - (u64)memory + 0x10000;
	*(u64 *)(xsdt + 8) = (u64)table(&at, "APIC", madt, sizeof(madt)) - (u64)memory + 0x10000;
	copy(r, (const u8 *)"RSD PTR ", 8);
	r[15] = 2;
	*(u32 *)(r + 20) = 36;
	*(u64 *)(r + 24) = (u64)table(&at, "XSDT", xsdt, sizeof(xsdt)) - (u64)memory + 0x10000;
	for (u32 i = 0; i < 20; i++)
		sum += r[i];
	r[8] = -sum;
	sum = 0;
	for (u32 i = 0; i < 36; i++)
		sum += r[i];
	r[32] = -sum;
	copy((u8 *)0x10000, memory, sizeof(memory));
	return 0x10000;
}
#endif

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
#ifdef TABLES
	*(u64 *)(zero_page + 0x70) = tables();
#endif
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
