/* /proc/mounts, mountinfo, filesystems (proc(5)). */
#include "kernel.h"
#include "linux_file.h"
#include "procfs.h"

static const char *options(const struct mount *m)
{
	return m->options ? m->options : "";
}

static void show_mounts(struct text *t)
{
	for (struct mount *m = mounts_all; m; m = m->next)
		text_printf(t, "%s %s %s %s,relatime%s 0 0\n", m->source, m->path, m->type, m->readonly ? "ro" : "rw", options(m));
}
PROCNODE(self_mounts, "rt" "mounts", show_mounts);

PROCNODE(mounts, "l-" "mounts\0self/mounts", show_target);

static void show_mountinfo(struct text *t)
{
	for (struct mount *m = mounts_all; m; m = m->next) {
		const char *mode = m->readonly ? "ro" : "rw";
		text_printf(t, "%u %u %u:%u / %s %s,relatime - %s %s %s%s\n", m->dev, m == mounts_all ? 0 : 1,
			DEV_MAJOR(m->dev), DEV_MINOR(m->dev), m->path, mode, m->type, m->source, mode, options(m));
	}
}
PROCNODE(self_mountinfo, "rt" "mountinfo", show_mountinfo);

static void show_filesystems(struct text *t)
{
	text_printf(t, "nodev\tproc\nnodev\tsysfs\nnodev\ttmpfs\nnodev\tdevtmpfs\n\trofs\n");
	for (const struct file_system *f = file_systems; f; f = f->next)
		text_printf(t, "%s\t%s\n", f->on_disk ? "" : "nodev", f->name);
}
PROCNODE(filesystems, "r-" "filesystems", show_filesystems);
