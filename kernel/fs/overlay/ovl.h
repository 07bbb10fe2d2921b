/* The root file system with changes. Below is what the image has (rofs), which stays as it is. Above is the store: files in
 * memory, or a folder of the host (9p). What is changed is copied up first; the name of what is below and was removed has a
 * whiteout in the store, an entry of another name. A folder is shown with the entries of both; one that is made where a
 * whiteout is shows the store's alone.
 *
 * Whiteouts once made stay: what the store has by the same name is in front of them. */
#ifndef OVL_H
#define OVL_H

#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"

#define OVERLAYFS_MAGIC	0x794c7630	/* OVERLAYFS_SUPER_MAGIC of Linux */
#define ALL		(~0UL)
#define NAME_ROOM	(NAME_MAX + 8)	/* for names of the store's */

/* A file as it is shown, by whatever name it is found. What is known of it counts, and the vnode above has it as far as
 * that needs it; but of the host's files the vnode above knows better. */
struct ovl_node {
	struct vnode v;
	struct ovl_node *next_upper, *next_lower;	/* of the same bucket */
	struct vnode *upper, *lower;	/* or NULL; a reference of each */
	bool copying;			/* a thread copies it up */
	bool kept;			/* in memory: it stays until it is removed */
};
static inline struct ovl_node *ovl_node(struct vnode *v) { return container_of(v, struct ovl_node, v); }

extern struct mount *ovl_mount;		/* the one on / */
extern struct mount *ovl_store;		/* of the share; NULL: changes are in memory */

/* node.c: of include/overlay.h, which has them as doing nothing. */
struct vnode *overlay_real(struct vnode *v);
int overlay_write_xattrs(struct vnode *v);

/* node.c. The node of what is above and below, whose references it takes. */
int ovl_node_of(struct vnode *upper, struct vnode *lower, struct vnode **out);
struct ovl_node *ovl_find_upper(const struct vnode *upper);
void ovl_node_raise(struct ovl_node *n, struct vnode *upper);	/* has it above from now on; takes the reference */
void ovl_node_removed(struct ovl_node *n);	/* its last name is gone */
void ovl_node_release(struct vnode *v);
void ovl_attributes(struct ovl_node *n);	/* brings what is known up to what the vnode above or below knows */
u64 ovl_upper_ino(u64 ino);
extern const struct shared_ops ovl_shared, ovl_memory_shared;

/* lookup.c: names in the store. */
bool ovl_reserved(const char *name, size_t len);	/* no file can be called so */
bool ovl_is_whiteout(const char *name);			/* a name of the store's; NAME + ovl_prefix() is what it hides */
size_t ovl_prefix(void);
int ovl_upper_lookup(struct vnode *dir, const char *name, size_t len, struct vnode **out);
int ovl_lower_has(struct vnode *dir, const char *name, size_t len);	/* 1, 0 or -errno: hidden or not */
int ovl_white_out(struct vnode *dir, const char *name, size_t len);
int ovl_lookup(struct vnode *dir, const char *name, size_t len, struct vnode **out);

/* copy_up.c. SIZE: how much of a file is wanted at most. */
int ovl_copy_up(struct vnode *v, u64 size);
void ovl_settle(const struct vnode *v);	/* waits until nobody copies V, or with NULL anything */

/* dir.c, rename.c */
extern const struct vnode_ops ovl_dir_ops, ovl_link_ops, ovl_special_ops;
void ovl_dir_changed(struct vnode *dir);
int ovl_clear(struct vnode *dir);	/* DIR shows nothing: takes its whiteouts away. -ENOTEMPTY: it does show something */
int ovl_rename(struct vnode *from, const char *name, size_t len, struct vnode *to, const char *new_name, size_t new_len, unsigned flags);

/* readdir.c */
typedef int ovl_entry(void *arg, const char *name, u64 ino, u8 type);
int ovl_each(struct vnode *real, ovl_entry *fn, void *arg);	/* until FN gives other than 0 */
int ovl_dir_open(struct vnode *v, struct file *f);
int ovl_dir_readdir(struct file *f, u64 *cookie, char *name, u64 *ino, u8 *type);

/* file.c, store_file.c */
extern const struct vnode_ops ovl_lower_ops, ovl_memory_ops, ovl_store_ops;
int ovl_store_open(struct vnode *v, struct file *f);
int ovl_store_sync(struct file *f, bool data_only);

#endif
