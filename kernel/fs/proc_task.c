/* /proc/self/task: a directory for each thread. */
#include "kernel.h"
#include "linux_file.h"
#include "procfs.h"

static int dir_lookup(struct vnode *dir, const char *name, size_t len, struct vnode **out)
{
	long tid = parse_number(name, len);

	return tid > 0 && thread_by_tid(tid) ? proc_dir_new(dir, "/proc/self", tid, out) : -ENOENT;
}

static int dir_readdir(struct vnode *dir, u64 *cookie, char *name, u64 *ino, u8 *type)
{
	struct thread *t;
	int next = 0;

	list_each(t, &all_threads, all)
		if (t->state != THREAD_DEAD && t->tid > (int)*cookie && (!next || t->tid < next))
			next = t->tid;
	if (!next)
		return 0;
	ksnprintf(name, 12, "%d", next);
	*ino = proc_ino("/proc/self", 10, next, PROC(dir)->index);
	*type = DT_DIR;
	*cookie = next;
	return 1;
}

static const struct vnode_ops dir_ops = {
	.open = proc_dir_open, .lookup = dir_lookup, .readdir = dir_readdir, .release = proc_release, .shared = &proc_shared,
};

PROCNODE(self_task, "ds" "task", .ops = &dir_ops);
