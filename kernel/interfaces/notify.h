/* Changes to files, for those who watch them: fs/inotify. MASK: IN_*, include/inotify.h. */
#include "interface.h"

struct file;
struct mount;
struct path;
struct vnode;

/* F was opened by the name P; later it was read, written or closed by those who have it open. */
INTERFACE_OF_LOADED(void, notify_opened, (struct file *f, const struct path *p), (f, p), )
INTERFACE_OF_LOADED(void, notify_used, (struct file *f, u32 mask), (f, mask), )
/* V itself was changed: tells who watches V, and who watches the directory that it is in. */
INTERFACE_OF_LOADED(void, notify_file, (struct vnode *v, u32 mask), (v, mask), )
/* The same, of V alone. */
INTERFACE_OF_LOADED(void, notify_self, (struct vnode *v, u32 mask), (v, mask), )
/* The entry NAME of DIR came or went; it is, or was, V; NULL: looks it up. */
INTERFACE_OF_LOADED(void, notify_entry, (struct vnode *dir, const char *name, struct vnode *v, u32 mask), (dir, name, v, mask), )
/* V moved; GONE was there before, or NULL. */
INTERFACE_OF_LOADED(void, notify_moved, (struct vnode *v, struct vnode *from, const char *name, struct vnode *to, const char *new_name, struct vnode *gone),
	(v, from, name, to, new_name, gone), )
/* M is about to be unmounted: if nobody but those who watch use it, they hear of it, and let go of it. */
INTERFACE_OF_LOADED(bool, notify_unmount, (struct mount *m), (m), false)
/* Nobody but those who watch may still refer to V, which has no name. */
INTERFACE_OF_LOADED(void, notify_unused, (struct vnode *v), (v), )
