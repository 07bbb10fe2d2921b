/* Links of /proc: self, thread-self, exe, cwd, root. */
#include "kernel.h"
#include "linux_file.h"
#include "procfs.h"

static void show_self(struct text *t)
{
	text_printf(t, "%d", PID);
}
PROCNODE(self, "l-" "self", show_self);

static void show_thread_self(struct text *t)
{
	text_printf(t, "%d/task/%d", PID, current()->tid);
}
PROCNODE(thread_self, "l-" "thread-self", show_thread_self);

static void show_exe(struct text *t)
{
	const char *path = exe_path ? exe_path : "";

	text_add(t, path, strlen(path));
}
PROCNODE(self_exe, "lt" "exe", show_exe);

static struct vnode *cwd(void)
{
	return cwd_vnode ? cwd_vnode : root_vnode;
}

static long cwd_readlink(struct vnode *v, char *to, size_t size)
{
	char *buf = kmalloc(PATH_MAX);
	long n = buf ? vnode_path_shown(cwd(), buf) : -ENOMEM;

	if (n > 0)
		memcpy(to, buf, n = min((size_t)n, size));
	kfree(buf);
	return n;
}

/* To the folder itself, which may have been removed. */
static int cwd_follow(struct vnode *v, struct vnode **out)
{
	vnode_get(*out = cwd());
	return 0;
}

static const struct vnode_ops cwd_ops = {
	.readlink = cwd_readlink, .follow = cwd_follow, .release = proc_release, .shared = &proc_shared,
};
PROCNODE(self_cwd, "nt" "cwd", .ops = &cwd_ops);

static void show_root(struct text *t)
{
	text_add(t, "/", 1);
}
PROCNODE(self_root, "lt" "root", show_root);
