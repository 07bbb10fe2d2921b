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

static void show_cwd(struct text *t)
{
	char *buf = kmalloc(PATH_MAX);

	if (buf && vnode_path(cwd_vnode ? cwd_vnode : root_vnode, NULL, buf, PATH_MAX) > 0)
		text_add(t, buf, strlen(buf));
	kfree(buf);
}
PROCNODE(self_cwd, "lt" "cwd", show_cwd);

static void show_root(struct text *t)
{
	text_add(t, "/", 1);
}
PROCNODE(self_root, "lt" "root", show_root);
