/* The page tables are walked: the processor itself notes what was used and written to (Intel SDM vol. 3, 4.8). */
#include "memory.h"

#define PTE_ACCESSED	0x20UL
#define PTE_DIRTY	0x40UL
#define TMPFS_MAGIC	0x01021994

/* Shared memory has a file, on a tmpfs or without a name. */
static bool in_memory(const struct vnode *file)
{
	return !file->mount || file->mount->magic == TMPFS_MAGIC;
}

static void add_page(const struct vma *v, u64 pte, u64 size, struct memory_use *u)
{
	bool shared = v->flags & MAP_SHARED, anon = !shared && (!v->file || pte & PTE_OWNED);

	u->rss += size;
	u->anon += anon ? size : 0;
	u->shmem += !anon && (!v->file || in_memory(v->file)) ? size : 0;
	u->file += !anon && v->file && !in_memory(v->file) ? size : 0;
	u->huge += size == HUGE_SIZE && anon ? size : 0;
	u->referenced += pte & PTE_ACCESSED ? size : 0;
	u->dirty += pte & PTE_DIRTY || anon ? size : 0;	/* of anonymous memory there is no other copy */
	u->dirty_anon += anon ? size : 0;
}

void memory_add(const struct vma *v, struct memory_use *u)
{
	u64 table = 0;

	for (u64 addr = v->start; addr < v->end;) {
		int level;
		u64 *pte = pte_find(addr, false, &level), size = !pte || level == 2 ? HUGE_SIZE : PAGE_SIZE;
		if (pte && *pte & PTE_P)
			add_page(v, *pte, size, u);
		if (pte && level == 1 && align_down((u64)pte, (u64)PAGE_SIZE) != table) {
			table = align_down((u64)pte, (u64)PAGE_SIZE);
			u->tables += PAGE_SIZE;
		}
		addr = align_down(addr, size) + size;
	}
}

void memory_all(struct memory_use *u)
{
	*u = (struct memory_use){ 0 };
	for (unsigned i = 0; i < vma_count; i++)
		memory_add(vmas[i], u);
}

/* Was V made of the program's own file? */
static bool of_program(const struct vma *v, char *buf)
{
	return v->file && exe_path && vnode_path(v->file, NULL, buf, PATH_MAX) > 0 && !strcmp(buf, exe_path);
}

void memory_parts(struct memory_parts *p)
{
	char *buf = kmalloc(PATH_MAX);

	*p = (struct memory_parts){ 0 };
	for (unsigned i = 0; i < vma_count; i++) {
		const struct vma *v = vmas[i];
		u64 n = v->end - v->start;
		bool writes = v->prot & PROT_WRITE && !(v->flags & MAP_SHARED), runs = v->prot & PROT_EXEC && !writes;
		p->size += n;
		p->locked += v->flags & MAP_LOCKED ? n : 0;
		if (v->end == user_stack_top) {
			p->stack += n;
			continue;
		}
		p->data += writes ? n : 0;
		if (!buf || !of_program(v, buf)) {
			p->libraries += runs && v->file ? n : 0;
			continue;
		}
		if (runs) {
			p->code += n;
			p->code_start = p->code_start ? p->code_start : v->start;
			p->code_end = v->end;
		} else if (writes) {
			p->data_start = p->data_start ? p->data_start : v->start;
			p->data_end = v->end;
		}
	}
	kfree(buf);
}
