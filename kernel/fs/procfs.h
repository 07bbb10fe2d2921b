/* The tree of /proc and /sys, made of the gathered nodes. */
#ifndef PROCFS_H
#define PROCFS_H

#include "vfs.h"

#define PID	1	/* the one process */

struct proc_vnode {
	struct vnode v;
	const struct procnode *node;	/* NULL: a directory that exists because nodes lie in it */
	int tid;			/* > 0: below task/TID, or /proc/TID */
	bool whole;			/* the latter, where all of the process shows */
	int fd;				/* below fd/ and fdinfo/ */
	u32 index[2];			/* what stands for # in PATH */
	char path[];			/* of the node, /proc/self/... also for /proc/PID/... */
};
#define PROC(vnode) container_of(vnode, struct proc_vnode, v)

int proc_vnode_new(struct vnode *dir, const struct procnode *node, const char *path, u32 mode,
		   const struct vnode_ops *ops, int tid, struct vnode **out);
int proc_dir_new(struct vnode *dir, const char *path, int tid, struct vnode **out);
extern const struct vnode_ops proc_file_vnode_ops;	/* of a file whose text a node makes */
/* What such a vnode's open files do, unless their node says something else. */
long proc_read(struct file *f, void *buf, size_t n, u64 *pos);
long proc_write(struct file *f, const void *buf, size_t n, u64 *pos);
long proc_seek(struct file *f, s64 offset, int whence);
void proc_file_release(struct file *f);
void proc_release(struct vnode *v);
int proc_dir_open(struct vnode *v, struct file *f);
u64 proc_ino(const char *path, size_t len, int tid, const u32 *index);
extern const struct shared_ops proc_shared;	/* what all vnodes of /proc and /sys have: nobody changes attributes */
void proc_nodes(void), sys_nodes(void);		/* KEEP what the trees hold */
void nodes_of_calls(void);			/* fs/few_nodes.c: likewise */
const char *proc_arg(const struct procnode *n);	/* the text behind its name */
void show_target(struct text *t);	/* of a link: to that text */
void show_string(struct text *t);	/* contents: that text, on a line */
long parse_number(const char *s, size_t n);	/* decimal, or -1 */
int parse_int(const char *buf, size_t n, long *out);	/* fs/parse_int.c */

#endif
