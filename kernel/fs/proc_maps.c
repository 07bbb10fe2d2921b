/* /proc/self/maps (proc(5)). */
#include "kernel.h"
#include "linux_file.h"
#include "procfs.h"

#define NAME_COLUMN	73

static void put_name(struct text *t, const struct vma *v)
{
	char *buf;

	if (v->end == user_stack_top) {
		text_add(t, "[stack]", 7);
		return;
	}
	if (v->flags & VMA_VDSO)
		text_add(t, "[vdso]", 6);
	if (!v->file || !(buf = kmalloc(PATH_MAX)))
		return;
	if (vnode_path(v->file, NULL, buf, PATH_MAX) > 0)
		text_add(t, buf, strlen(buf));
	else if (!v->file->nlink)
		text_add(t, "/ (deleted)", 11);
	kfree(buf);
}

static void show(struct text *t)
{
	for (unsigned i = 0; i < vma_count; i++) {
		const struct vma *v = vmas[i];
		const struct vnode *f = v->file;
		size_t start = t->len;

		text_printf(t, "%08lx-%08lx %c%c%c%c %08lx %02x:%02x %lu ", v->start, v->end,
			v->prot & PROT_READ ? 'r' : '-', v->prot & PROT_WRITE ? 'w' : '-',
			v->prot & PROT_EXEC ? 'x' : '-', v->flags & MAP_SHARED ? 's' : 'p',
			f ? v->offset : 0, f && f->mount ? DEV_MAJOR(f->mount->dev) : 0,
			f && f->mount ? DEV_MINOR(f->mount->dev) : 0, f ? f->ino : 0);
		if (f || v->end == user_stack_top || v->flags & VMA_VDSO) {
			while (t->len - start < NAME_COLUMN && !t->failed)
				text_add(t, " ", 1);
			put_name(t, v);
		}
		text_add(t, "\n", 1);
	}
}
PROCNODE(self_maps, "/proc/self/maps", S_IFREG | 0444, true, show);
