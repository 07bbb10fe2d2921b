/* Maps the segments of a checked ELF file. */
#include "kernel.h"
#include "loader.h"

static int prot_of(u32 flags)
{
	return (flags & PF_R ? PROT_READ : 0) | (flags & PF_W ? PROT_WRITE : 0) | (flags & PF_X ? PROT_EXEC : 0);
}

/* sys/raw/jumps.c, where code of the image has system calls that can be jumps. */
OPTIONAL void jumps_make(u64 start, u64 len, struct vnode *file, u64 offset) { (void)start, (void)len, (void)file, (void)offset; }

/* File bytes, then zeroes: the rest of the last file page, then fresh pages. */
static long map_segment(const struct elf_file *f, const struct elf_phdr *p)
{
	u64 start = align_down(f->bias + p->vaddr, (u64)PAGE_SIZE);
	u64 file_end = f->bias + p->vaddr + p->filesz;
	u64 end = align_up(f->bias + p->vaddr + p->memsz, (u64)PAGE_SIZE);
	u64 fresh = p->filesz ? align_up(file_end, (u64)PAGE_SIZE) : start;
	int prot = prot_of(p->flags);
	long r = 0;

	if (fresh > start)
		r = vm_map(start, fresh - start, prot, MAP_PRIVATE | MAP_FIXED, f->vnode,
			align_down(p->offset, (u64)PAGE_SIZE));
	if (r > 0 && prot == (PROT_READ | PROT_EXEC))
		jumps_make(start, fresh - start, f->vnode, align_down(p->offset, (u64)PAGE_SIZE));
	if (r >= 0 && end > fresh)
		r = vm_map(fresh, end - fresh, prot, MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, NULL, 0);
	/* What follows the segment in the file must not show; in a read-only one it may.
	 * Zeroes to the end of the page, as Linux has them: glibc's loader allocates there. */
	if (r >= 0 && p->filesz && p->flags & PF_W && p->memsz > p->filesz)
		memset((void *)file_end, 0, fresh - file_end);
	return r;
}

static u64 alignment(const struct elf_file *f)
{
	u64 a = PAGE_SIZE;

	for (unsigned i = 0; i < f->phnum; i++)
		if (f->phdrs[i].type == PT_LOAD)
			a = max(a, f->phdrs[i].align);
	return a;
}

/* Reserves addresses for a position-independent file, so that its segments
 * keep their distances; gaps stay inaccessible. */
static long reserve(struct elf_file *f, u64 base)
{
	u64 size = f->high - f->low, a = alignment(f);
	long r = vm_map(base, size + a - PAGE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, NULL, 0);

	if (r < 0)
		return r;
	u64 start = align_up((u64)r, a), end = start + size, top = (u64)r + size + a - PAGE_SIZE;
	if (start > (u64)r)
		vm_unmap(r, start - r);
	if (top > end)
		vm_unmap(end, top - end);
	f->bias = start - f->low;
	return 0;
}

/* Where the program headers are in memory: in the segment that holds them. */
static u64 find_phdrs(const struct elf_file *f)
{
	u64 off = f->ehdr.phoff, size = f->phnum * sizeof(struct elf_phdr);

	for (unsigned i = 0; i < f->phnum; i++) {
		const struct elf_phdr *p = &f->phdrs[i];
		if (p->type == PT_LOAD && off >= p->offset && off - p->offset + size <= p->filesz)
			return f->bias + p->vaddr + (off - p->offset);
	}
	return 0;
}

const char *elf_map(struct elf_file *f, u64 base)
{
	f->bias = 0;
	if (f->ehdr.type == ET_DYN && reserve(f, base) < 0)
		return "out of memory or addresses";
	for (unsigned i = 0; i < f->phnum; i++)
		if (f->phdrs[i].type == PT_LOAD && f->phdrs[i].memsz && map_segment(f, &f->phdrs[i]) < 0)
			return f->ehdr.type == ET_EXEC ? "its fixed addresses are not free" : "out of memory";
	f->phdr_addr = find_phdrs(f);
	return NULL;
}
