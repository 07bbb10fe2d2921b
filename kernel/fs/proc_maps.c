/* /proc/self/maps (proc(5)). */
#include "kernel.h"
#include "linux_file.h"
#include "proc_parts.h"
#include "procfs.h"

#define NAME_COLUMN	73

void maps_line(struct text *t, const struct vma *v);

static void put_name(struct text *t, const struct vma *v)
{
	char *buf;

	if (v->flags & MAP_SHARED && v->flags & MAP_ANONYMOUS) {
		text_printf(t, "/dev/zero (deleted)");	/* as Linux has it, shared memory is a file */
		return;
	}
	if (!v->file || !(buf = kmalloc(PATH_MAX)))
		return;
	if (vnode_path_shown(v->file, buf) > 0)
		text_add(t, buf, strlen(buf));
	else if (!v->file->nlink)
		text_add(t, "/ (deleted)", 11);
	kfree(buf);
}

/* What needs no file, or NULL. */
static const char *kind(const struct vma *v)
{
	if (v->end == user_stack_top)
		return "[stack]";
	if (v->flags & VMA_VDSO)
		return "[vdso]";
	return !v->file && brk_holds(v->start) ? "[heap]" : NULL;
}

void maps_line(struct text *t, const struct vma *v)
{
	const struct vnode *f = v->file;
	const char *name = kind(v);
	size_t start = t->len;

	text_printf(t, "%08lx-%08lx %c%c%c%c %08lx %02x:%02x %lu ", v->start, v->end,
		v->prot & PROT_READ ? 'r' : '-', v->prot & PROT_WRITE ? 'w' : '-',
		v->prot & PROT_EXEC ? 'x' : '-', v->flags & MAP_SHARED ? 's' : 'p',
		f ? v->offset : 0, f && f->mount ? DEV_MAJOR(f->mount->dev) : 0,
		f && f->mount ? DEV_MINOR(f->mount->dev) : 0, f ? f->ino : 0);
	if (f || name || v->flags & MAP_SHARED) {
		while (t->len - start < NAME_COLUMN && !t->failed)
			text_add(t, " ", 1);
		if (name)
			text_printf(t, "%s", name);
		else
			put_name(t, v);
	}
	text_add(t, "\n", 1);
}

static void show(struct text *t)
{
	for (unsigned i = 0; i < vma_count; i++)
		maps_line(t, vmas[i]);
}
PROCNODE(self_maps, "rt" "maps", show);
