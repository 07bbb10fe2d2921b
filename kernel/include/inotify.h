/* inotify(7): what can be watched (Linux include/uapi/linux/inotify.h). */
#ifndef INOTIFY_H
#define INOTIFY_H

#include "notify.h"

#define IN_ACCESS	1
#define IN_MODIFY	2
#define IN_ATTRIB	4
#define IN_CLOSE_WRITE	8
#define IN_CLOSE_NOWRITE 0x10
#define IN_OPEN		0x20
#define IN_MOVED_FROM	0x40
#define IN_MOVED_TO	0x80
#define IN_CREATE	0x100
#define IN_DELETE	0x200
#define IN_DELETE_SELF	0x400
#define IN_MOVE_SELF	0x800
#define IN_ALL_EVENTS	0xfff
#define IN_UNMOUNT	0x2000
#define IN_Q_OVERFLOW	0x4000
#define IN_IGNORED	0x8000
#define IN_ONLYDIR	0x01000000
#define IN_DONT_FOLLOW	0x02000000
#define IN_EXCL_UNLINK	0x04000000
#define IN_MASK_CREATE	0x10000000
#define IN_MASK_ADD	0x20000000
#define IN_ISDIR	0x40000000
#define IN_ONESHOT	0x80000000

#define INOTIFY_QUEUED_MAX	16384	/* fs.inotify.max_queued_events */
#define INOTIFY_INSTANCES_MAX	128	/* fs.inotify.max_user_instances */
u32 inotify_watches_max(void);		/* fs.inotify.max_user_watches */

struct file;
struct inotify;
int inotify_install(int flags);				/* a descriptor, or -errno */
struct inotify *inotify_of(struct file *f);		/* or NULL */
long inotify_watch(struct inotify *in, struct vnode *v, u32 mask);	/* a watch's number, or -errno */
int inotify_forget(struct inotify *in, int wd);

#endif
