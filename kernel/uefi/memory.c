/* Memory: pages for the boot data, and the map that the kernel gets. */
#include "uefi.h"

static const struct efi_guid memory_attribute_guid = {	/* 37.4 */
	{ 0xf6, 0x0c, 0x56, 0xf4, 0xec, 0x40, 0x4a, 0x4b, 0xa1, 0x92, 0xbf, 0x1d, 0x57, 0xd0, 0xb1, 0x89 } };

/* Pages below BOOT_LIMIT, zeroed. Code, which is copied in and changes itself,
 * is made executable and writable where the firmware gives no such memory. */
void *low_pages(struct loader *l, u32 type, u64 bytes)
{
	u64 at = BOOT_LIMIT - 1, pages = (bytes + EFI_PAGE - 1) / EFI_PAGE;
	struct efi_memory_attribute *ma;

	if (l->bs->allocate_pages(EFI_ALLOCATE_MAX, type, pages, &at))
		return NULL;
	if (type == EFI_LOADER_CODE && !l->bs->locate_protocol(&memory_attribute_guid, NULL, (void **)&ma))
		ma->clear(ma, at, pages * EFI_PAGE, EFI_MEMORY_XP | EFI_MEMORY_RO);
	return memset((void *)at, 0, pages * EFI_PAGE);
}

/* What the kernel may do with memory of a type (7.2, table 7.10: after
 * ExitBootServices). */
static u32 kind(const struct efi_memory *m)
{
	switch (m->type) {
	case EFI_LOADER_CODE:
	case EFI_LOADER_DATA:
	case EFI_BOOT_CODE:
	case EFI_BOOT_DATA:
	case EFI_CONVENTIONAL:
		return m->attribute & EFI_MEMORY_SP ? MEM_RESERVED : MEM_RAM;
	case EFI_ACPI_RECLAIM:
		return MEM_ACPI;
	case EFI_ACPI_NVS:
		return MEM_NVS;
	}
	return MEM_RESERVED;
}

static void drop(struct memmap_entry *map, unsigned *n, unsigned i)
{
	for (--*n; i < *n; i++)
		map[i] = map[i + 1];
}

/* Too many entries: what the kernel misses least goes, which is all but RAM,
 * then the smallest piece of RAM. */
static void shorten(struct memmap_entry *map, unsigned *n, bool ram_only)
{
	unsigned worst = 0;

	for (unsigned i = 1; i < *n; i++) {
		bool ram = map[i].type == MEM_RAM, worst_ram = map[worst].type == MEM_RAM;
		if (ram != worst_ram ? ram == ram_only : map[i].size < map[worst].size)
			worst = i;
	}
	drop(map, n, worst);
}

/* Puts a range into the map, which is ordered by address, joined with its
 * neighbours of the same kind. */
static void insert(struct memmap_entry *map, unsigned *n, u64 start, u64 size, u32 type)
{
	unsigned i = *n;

	while (i && map[i - 1].addr > start)
		i--;
	if (i && map[i - 1].type == type && map[i - 1].addr + map[i - 1].size == start) {
		map[--i].size += size;
	} else {
		if (*n == MEMMAP_MAX) {
			shorten(map, n, false);
			insert(map, n, start, size, type);
			return;
		}
		for (unsigned j = (*n)++; j > i; j--)
			map[j] = map[j - 1];
		map[i] = (struct memmap_entry){ .addr = start, .size = size, .type = type };
	}
	if (i + 1 < *n && map[i + 1].type == type && start + size == map[i + 1].addr) {
		map[i].size += map[i + 1].size;
		drop(map, n, i + 1);
	}
}

static void convert(struct low *low, const u8 *map, u64 size, u64 stride)
{
	unsigned n = 0, ram = 0;

	for (; size >= stride; map += stride, size -= stride) {
		const struct efi_memory *m = (void *)map;
		if (m->pages && m->pages < 1UL << 40)
			insert(low->map, &n, m->start, m->pages * EFI_PAGE, kind(m));
	}
	for (unsigned i = 0; i < n; i++)
		ram += low->map[i].type == MEM_RAM;
	for (; ram > RAM_MAX; ram--)
		shorten(low->map, &n, true);
	low->info.memmap_entries = n;
}

/*
 * The end of boot services (7.4.6): the call wants the key of the latest memory
 * map, and when the map changed since, it is read once more, into the buffer that
 * is there: after the first attempt nothing can be allocated.
 */
efi_status leave_firmware(struct loader *l, struct low *low)
{
	u64 size = 0, key, stride = sizeof(struct efi_memory), buffer = 0, room;
	u32 version;
	efi_status err = l->bs->get_memory_map(&size, NULL, &key, &stride, &version);

	if (err != EFI_BUFFER_TOO_SMALL)
		return fail(l, "the firmware does not tell its memory map");
	room = align_up(size + 32 * stride, (u64)EFI_PAGE);
	if (l->bs->allocate_pages(EFI_ALLOCATE_ANY, EFI_LOADER_DATA, room / EFI_PAGE, &buffer))
		return fail(l, "no memory for the memory map");
	for (int attempt = 0; attempt < 4; attempt++) {
		size = room;
		err = l->bs->get_memory_map(&size, (void *)buffer, &key, &stride, &version);
		if (err)
			break;
		if (stride < sizeof(struct efi_memory))
			break;
		if (!l->bs->exit_boot_services(l->image, key)) {
			convert(low, (u8 *)buffer, size, stride);
			return 0;
		}
	}
	return fail(l, "the firmware does not let go of the machine");
}
