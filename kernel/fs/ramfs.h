/* Files in memory: /tmp, /run, /dev/shm, memfd. */
#ifndef RAMFS_H
#define RAMFS_H

#include "vfs.h"

/* Linux's tmpfs counts a directory's size so. */
#define ENTRY_BYTES	20

struct ram_entry {
	struct list order;	/* in ram_dir.order, by id */
	struct ram_entry *next;	/* of the same bucket */
	u64 id;			/* position for readdir; grows */
	struct vnode *v;	/* holds a reference */
	u32 hash, len;
	char name[];
};

struct ram_dir {
	struct list order;
	struct ram_entry **buckets;
	u32 size, count;
	u64 next_id;
};

struct ram_node {
	struct vnode v;
	u64 stored;		/* pages */
	struct ram_dir dir;
	char *target;
	struct xattr *xattrs;
	u32 seals;		/* memfd.h */
};
#define RAM(vnode) container_of(vnode, struct ram_node, v)

extern const struct vnode_ops ram_file_ops, ram_dir_ops;

struct vnode *ram_new(struct mount *m, u32 mode, u64 rdev);	/* or NULL */
void ram_release(struct vnode *v);

/* ramfs_file.c: sets pages [first, end) aside, all or none. */
int ram_reserve(struct vnode *v, u64 first, u64 end);

/* ramfs_dir.c: entries. */
struct ram_entry *ram_find(struct vnode *dir, const char *name, size_t len);
int ram_add(struct vnode *dir, const char *name, size_t len, struct vnode *v);
void ram_del(struct vnode *dir, struct ram_entry *e);
void ram_forget_place(struct vnode *dir, struct ram_entry *e);	/* if E is the name that its vnode was found by */
int ram_readdir(struct vnode *dir, u64 *cookie, char *name, u64 *ino, u8 *type);

/* ramfs_rename.c */
int ram_rename(struct vnode *from, const char *name, size_t len, struct vnode *to, const char *new_name, size_t new_len, unsigned flags);

#endif
