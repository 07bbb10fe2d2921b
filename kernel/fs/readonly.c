/* Changes that were refused because the root file system is read-only: where a program fails after one, the machine's
 * last line names the place of the last. Who runs the machine says what can be done (the runner: --overlay). */
#include "kernel.h"
#include "vfs.h"

static char refused[127];	/* path, of a size that a short instruction holds */
static int length;		/* of it; not above 0: nothing was, or it has no room */

int mount_check(struct vnode *v, const char *name)
{
	if (!v->mount || !v->mount->readonly)
		return 0;
	if (v->mount == root_vnode->mount)
		length = vnode_path(v, name, refused, sizeof(refused));
	return -EROFS;
}

/* boot/exit.c: VALUE is an exit status, or a signal. */
void readonly_tell(u64 value)
{
	if (value && length > 0)
		kprintf("read-only: %s\n", refused);
}
