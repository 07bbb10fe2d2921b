/* Which ELF files are mapped where, one line each: the runner names the
 * addresses of a backtrace with it. A file's load bias is where its first byte
 * is mapped, or 0 when it is not relocatable. */
#include "kernel.h"
#include "vfs.h"

const char modules_print_anchor[1];

#define ET_EXEC 2

struct elf_start {
	u32 magic;
	u8 ident[12];
	u16 type;
};

/* modules/hooks.c: the kernel's own */
OPTIONAL void module_parts_print(void) {}

void modules_print(void)
{
	char path[128];

	module_parts_print();
	for (unsigned i = 0; i < vma_count; i++) {
		const struct vma *v = vmas[i];
		const struct elf_start *e = (void *)v->start;
		if (!v->file || v->offset || !(v->prot & PROT_READ) || e->magic != 0x464c457f)
			continue;
		if (vnode_path(v->file, NULL, path, sizeof(path)) > 0)
			kprintf("module %p %s\n", e->type == ET_EXEC ? NULL : (void *)v->start, path);
	}
}
