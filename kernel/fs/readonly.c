/* Changes that were refused because the root file system is read-only: where a program fails after one, the machine's
 * last line names the place of the last. Who runs the machine says what can be done (the runner: --overlay). */
#include "kernel.h"
#include "vfs.h"

static char refused[200];	/* path; "": nothing was, or it has no room */

int mount_check(struct vnode *v, const char *name)
{
	if (!v->mount || !v->mount->readonly)
		return 0;
	if (v->mount == root_vnode->mount && vnode_path(v, name, refused, sizeof(refused)) < 0)
		refused[0] = 0;
	return -EROFS;
}

/* boot/exit.c: VALUE is an exit status, or a signal. */
void readonly_tell(u64 value)
{
	if (value && refused[0])
		kprintf("read-only root file system: no change to %s\n", refused);
}
