/* Loads the kernel: an ELF file with physical addresses and the note of a PVH
 * entry (Xen public/elfnote.h), in which nothing is believed. */
#include "uefi.h"

struct elf_header {
	u8 ident[16];
	u16 type, machine;
	u32 version;
	u64 entry, phoff, shoff;
	u32 flags;
	u16 ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};

struct elf_segment {
	u32 type, flags;
	u64 offset, vaddr, paddr, filesz, memsz, align;
};

struct elf_note {
	u32 name_size, size, type;
	char name[4];
	u64 entry;
};

#define ELF_MAGIC	0x464c457f
#define ELF_64_LSB	0x0102		/* class and byte order */
#define EM_X86_64	62
#define PT_LOAD		1
#define PT_NOTE		4
#define PHYS32_ENTRY	18
#define SEGMENTS_MAX	64

static u64 note_entry(const u8 *p, u64 n)
{
	while (n >= sizeof(struct elf_note)) {
		const struct elf_note *note = (void *)p;
		u64 size = 12 + align_up((u64)note->name_size, 4UL) + align_up((u64)note->size, 4UL);
		if (note->name_size == 4 && note->size >= 4 && note->type == PHYS32_ENTRY && !memcmp(note->name, "Xen", 4))
			return note->size >= 8 ? note->entry : (u32)note->entry;
		if (size > n)
			break;
		p += size;
		n -= size;
	}
	return 0;
}

/* Where the segments go, and the entry; false: no kernel. */
static bool kernel_check(struct loader *l, const struct elf_segment **segments, unsigned *count, u64 *low, u64 *high)
{
	const struct elf_header *h = (void *)l->kernel.p;
	u64 n = l->kernel.n;

	if (n < sizeof(*h) || *(u32 *)h->ident != ELF_MAGIC || *(u16 *)(h->ident + 4) != ELF_64_LSB ||
	    h->machine != EM_X86_64 || h->phentsize != sizeof(struct elf_segment) || !h->phnum || h->phnum > SEGMENTS_MAX ||
	    h->phoff % 8 || h->phoff > n || h->phnum * sizeof(struct elf_segment) > n - h->phoff)
		return false;
	const struct elf_segment *s = (void *)(l->kernel.p + h->phoff);
	*segments = s;
	*count = h->phnum;
	*low = -1UL, *high = 0;
	for (unsigned i = 0; i < h->phnum; i++, s++) {
		if (s->type != PT_LOAD && s->type != PT_NOTE)
			continue;
		if (s->offset > n || s->filesz > n - s->offset)
			return false;
		if (s->type == PT_NOTE) {
			if (!l->entry)
				l->entry = note_entry(l->kernel.p + s->offset, s->filesz);
		} else if (s->memsz) {
			if (s->memsz < s->filesz || s->paddr >= BOOT_LIMIT || s->memsz > BOOT_LIMIT - s->paddr)
				return false;
			*low = min(*low, s->paddr);
			*high = max(*high, s->paddr + s->memsz);
		}
	}
	return l->entry >= *low && l->entry < *high;
}

/*
 * The pages that the kernel takes are got from the firmware by their address
 * (UEFI 2.10, 7.2.1), and with them those behind it where the kernel unpacks its
 * command line before it looks at its memory: nothing else of ours can be there.
 */
efi_status kernel_load(struct loader *l)
{
	const struct elf_segment *s;
	unsigned count;
	u64 low, high;

	if (!kernel_check(l, &s, &count, &low, &high))
		return fail(l, "the kernel in the loader's file is damaged; make the disk image again");
	low = align_down(low, (u64)EFI_PAGE);
	high = align_up(high + l->cmdline.n + EFI_PAGE, (u64)EFI_PAGE);
	if (l->bs->allocate_pages(EFI_ALLOCATE_ADDRESS, EFI_LOADER_DATA, (high - low) / EFI_PAGE, &low))
		return fail_range(l, " must be free for the kernel, but this firmware uses some of it, or the machine has no more", low, high);
	memset((void *)low, 0, high - low);
	for (unsigned i = 0; i < count; i++)
		if (s[i].type == PT_LOAD && s[i].memsz)
			memcpy((void *)s[i].paddr, l->kernel.p + s[i].offset, s[i].filesz);
	return 0;
}
