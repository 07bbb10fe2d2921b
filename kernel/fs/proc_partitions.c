/* /proc/partitions (proc(5)): the disks that have nodes in /dev. */
#include "disks.h"
#include "kernel.h"
#include "linux_file.h"
#include "procfs.h"

static void show_partitions(struct text *t)
{
	struct block_device *d = root_device;
	struct vnode *v;
	char name[8];

	text_printf(t, "major minor  #blocks  name\n\n");
	for (u64 i = 0; (v = devfs_disk(i, name)); i++, d = d->next)
		text_printf(t, "%4d  %7d %10lu %s\n", DEV_MAJOR(v->rdev), DEV_MINOR(v->rdev), d->sectors / 2, name);
}
PROCNODE(partitions, "r-" "partitions", show_partitions);
