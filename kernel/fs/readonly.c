/* Changes that were refused because the root file system is read-only: where a program fails after one, the machine's
 * last line names the place of the last. Who runs the machine says what can be done (the runner: --overlay). */
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"

static char refused[PATH_MAX];
static long length;		/* of it; not above 0: nothing was, or the file has no path */

int mount_check(struct vnode *v, const char *name)
{
	if (!v->mount || !v->mount->readonly)
		return 0;
	if (v->mount == root_vnode->mount)
		length = vnode_path(v, name, refused, sizeof(refused));
	return -EROFS;
}

/* lib/exit.c: VALUE is an exit status, or a signal. */
void readonly_tell(u64 value)
{
	if (value && length > 0) {
		kprintf("read-only: ");	/* whose lines are short */
		refused[length] = '\n';
		serial_write(refused, length + 1);
	}
}
