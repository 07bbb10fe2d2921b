/* Finds what the loader's file holds besides the loader, by its section
 * headers, which the firmware has loaded with the rest (Microsoft PE format;
 * UEFI 2.10, 2.1.1). Nothing is believed that does not lie inside the image. */
#include "uefi.h"

static const struct efi_guid loaded_image_guid = {	/* 9.1 */
	{ 0xa1, 0x31, 0x1b, 0x5b, 0x62, 0x95, 0xd2, 0x11, 0x8e, 0x3f, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b } };

struct pe_header {
	u32 signature;
	u16 machine, sections;
	u32 time, symbols, symbol_count;
	u16 optional_size, flags;
};

struct pe_section {
	char name[8];
	u32 size, address;	/* in memory */
	u32 raw_size, raw_offset, relocations, lines;
	u16 relocation_count, line_count;
	u32 flags;
};

#define DOS_LFANEW	0x3c
#define PE_SIGNATURE	0x4550
#define PE_AMD64	0x8664

const char *sections_find(struct loader *l)
{
	static const char damaged[] = "the loader's own sections are damaged; make the disk image again";
	struct { char name[8]; struct bytes *to; } wanted[] = {
		{ ".kernel", &l->kernel }, { ".cmdline", &l->cmdline }, { ".root", &l->root },
	};
	struct efi_loaded_image *li;

	if (l->bs->handle_protocol(l->image, &loaded_image_guid, (void **)&li))
		return "the firmware does not say where the loader is";
	u8 *base = li->base;
	u64 size = li->size;
	if (size < EFI_PAGE)
		return damaged;
	u64 at = *(u32 *)(base + DOS_LFANEW);
	if (at > size - sizeof(struct pe_header))
		return damaged;
	struct pe_header *pe = (void *)(base + at);
	at += sizeof(*pe) + pe->optional_size;
	if (pe->signature != PE_SIGNATURE || pe->machine != PE_AMD64 || at > size ||
	    pe->sections * sizeof(struct pe_section) > size - at)
		return damaged;
	struct pe_section *s = (void *)(base + at);
	for (unsigned i = 0; i < pe->sections; i++, s++)
		for (unsigned j = 0; j < array_len(wanted); j++) {
			if (memcmp(s->name, wanted[j].name, sizeof(s->name)))
				continue;
			if (s->address > size || s->size > size - s->address || s->address % EFI_PAGE)
				return damaged;
			*wanted[j].to = (struct bytes){ base + s->address, s->size };
		}
	if (!l->kernel.n || !l->cmdline.n)
		return "the loader's file holds no kernel with a command line; make the disk image again";
	return NULL;
}
