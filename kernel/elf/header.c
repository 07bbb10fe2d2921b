/* Opens an ELF file and checks its header and program headers (gABI chapters
 * 4 and 5), so that nothing after this needs to doubt them. */
#include "kernel.h"
#include "loader.h"
#include "vfs.h"

#define MAX_PHDRS 256

const char elf_too_short[] = "too short for an ELF file";
static const char cut[] = "truncated: it ends before what its headers name";
const char elf_not_elf[] = "not an ELF file; scripts need their interpreter as the program";

static const char *check_ehdr(const struct elf_ehdr *e)
{
	if (memcmp(e->ident, "\177ELF", 4))
		return elf_not_elf;
	if (e->ident[4] != ELFCLASS64 || e->ident[5] != ELFDATA2LSB || e->machine != EM_X86_64)
		return "not for x86-64; build it for this machine";
	if (e->ident[6] != 1 || e->version != 1)
		return "unknown ELF version";
	if (e->type != ET_EXEC && e->type != ET_DYN)
		return "neither a program nor a shared object; link it first";
	if (e->phentsize != sizeof(struct elf_phdr) || !e->phnum || e->phnum > MAX_PHDRS)
		return "corrupt ELF header";
	return NULL;
}

static const char *check_load(struct elf_file *f, const struct elf_phdr *p, u64 file_size)
{
	if (p->offset > file_size || p->filesz > file_size - p->offset)
		return cut;
	u64 start = align_down(p->vaddr, (u64)PAGE_SIZE), end = align_up(p->vaddr + p->memsz, (u64)PAGE_SIZE);
	/* Also: offset and address differ within a page, or segments are out of order. */
	if (p->memsz < p->filesz || p->vaddr >= USER_MAX || p->memsz > USER_MAX - p->vaddr || (p->vaddr ^ p->offset) & (PAGE_SIZE - 1) ||
	    p->align & (p->align - 1) || (f->high && start < f->high))
		return "corrupt segment: size, address or alignment";
	if (!f->high)
		f->low = start;
	f->high = end;
	return NULL;
}

static const char *check_phdrs(struct elf_file *f)
{
	f->low = f->high = 0;
	for (unsigned i = 0; i < f->phnum; i++) {
		const struct elf_phdr *p = &f->phdrs[i];
		const char *why = p->type == PT_LOAD && p->memsz ? check_load(f, p, f->vnode->size) : NULL;
		if (why)
			return why;
		if (p->type == PT_INTERP && (p->filesz < 2 || p->filesz > 4096 ||
			p->offset > f->vnode->size || p->filesz > f->vnode->size - p->offset))
			return "corrupt interpreter name";
	}
	if (!f->high)
		return "no loadable segment";
	if (f->ehdr.type == ET_EXEC && f->low < USER_MIN)
		return "wants memory below 64 KB, which stays unmapped";
	return NULL;
}

static const char *read_headers(struct elf_file *f)
{
	u64 size = f->vnode->size;

	if (!S_ISREG(f->vnode->mode))
		return "not a regular file";
	if (vnode_read(f->vnode, &f->ehdr, sizeof(f->ehdr), 0) != sizeof(f->ehdr))
		return size < sizeof(f->ehdr) ? elf_too_short : "read error";
	const char *why = check_ehdr(&f->ehdr);
	if (why)
		return why;
	u64 bytes = f->ehdr.phnum * sizeof(struct elf_phdr);
	if (f->ehdr.phoff > size || bytes > size - f->ehdr.phoff)
		return cut;
	f->phnum = f->ehdr.phnum;
	if (!(f->phdrs = kmalloc(bytes)))
		return "out of memory";
	if (vnode_read(f->vnode, f->phdrs, bytes, f->ehdr.phoff) != (long)bytes)
		return "read error";
	return check_phdrs(f);
}

const char *elf_check(struct elf_file *f)
{
	const char *why = read_headers(f);

	if (why)
		elf_close(f);
	return why;
}

const char *elf_open(struct elf_file *f, const char *path, bool *missing)
{
	memset(f, 0, sizeof(*f));
	f->name = path;
	int err = vfs_lookup(NULL, path, 0, &f->vnode);
	*missing = err == -ENOENT || err == -ENOTDIR;
	if (err)
		return *missing ? "no such file in the image" : "cannot be looked up";
	return elf_check(f);
}

void elf_close(struct elf_file *f)
{
	kfree(f->phdrs);
	f->phdrs = NULL;
	vnode_put(f->vnode);
}

const struct elf_phdr *elf_segment(const struct elf_file *f, u32 type)
{
	for (unsigned i = 0; i < f->phnum; i++)
		if (f->phdrs[i].type == type)
			return &f->phdrs[i];
	return NULL;
}
