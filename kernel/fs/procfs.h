/* The tree of /proc and /sys, made of the gathered nodes. */
#ifndef PROCFS_H
#define PROCFS_H

#include "vfs.h"

#define PID	1	/* the one process */

struct proc_vnode {
	struct vnode v;
	const struct procnode *node;	/* NULL: a directory that exists because nodes lie in it */
	int tid;			/* > 0: below task/TID */
	int fd;				/* below fd/ and fdinfo/ */
	char path[];			/* of the node, /proc/self/... also for /proc/PID/... */
};
#define PROC(vnode) container_of(vnode, struct proc_vnode, v)

int proc_vnode_new(struct vnode *dir, const struct procnode *node, const char *path, u32 mode,
		   const struct vnode_ops *ops, int tid, struct vnode **out);
int proc_dir_new(struct vnode *dir, const char *path, int tid, struct vnode **out);
extern const struct vnode_ops proc_file_vnode_ops;	/* of a file whose text a node makes */
void proc_release(struct vnode *v);
long parse_number(const char *s, size_t n);	/* decimal, or -1 */

#endif
