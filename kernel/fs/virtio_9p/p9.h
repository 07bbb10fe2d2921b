/* 9P2000.L over virtio: what the files here share.
 *
 * A channel is a device with its queue and its session; a share is a mount of it. The server knows files by
 * fids. Messages: intro(5) of Plan 9's manual, and for 9P2000.L diod's protocol.md. The server is not
 * trusted: every length and count of a reply is checked where it is read. */
#ifndef P9_H
#define P9_H

#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"
#include "virtio.h"

/* Types of requests; the reply's is one more. */
enum {
	RLERROR = 7, TSTATFS, TLOPEN = 12, TLCREATE = 14, TSYMLINK = 16, TMKNOD = 18, TREADLINK = 22, TGETATTR = 24,
	TSETATTR = 26, TREADDIR = 40, TFSYNC = 50, TLINK = 70, TMKDIR = 72, TRENAMEAT = 74, TUNLINKAT = 76,
	TVERSION = 100, TATTACH = 104, TWALK = 110, TREAD = 116, TWRITE = 118, TCLUNK = 120,
};

#define HEADER		7		/* size[4] type[1] tag[2] */
#define NOTAG		0xffff
#define NOFID		0xffffffff
#define ESTALE		116
#define TAG_MAX		31		/* bytes of a mount tag, QEMU's limit too */

/* message.c: a message being written or read. What does not fit sets BAD, and reads as 0. */
struct message {
	u8 *data;
	u32 size, at;
	bool bad;
};
void msg_put(struct message *m, unsigned bytes, u64 value);
void msg_put_string(struct message *m, const char *s, size_t len);
u64 msg_get(struct message *m, unsigned bytes);
u32 msg_get_string(struct message *m, char *to, u32 room);	/* its length without the NUL; BAD if it has more than ROOM - 1 */

struct qid {
	u64 path;
	u32 version;
	u8 type;
};
struct qid msg_get_qid(struct message *m);
#define QID_SIZE 13

struct channel {
	struct channel *next;
	char tag[TAG_MAX + 1];
	struct virtio_device *device;
	struct virtqueue *queue;
	struct waitq waiting;		/* for replies */
	struct list pending;		/* struct request, for a place in the queue */
	u64 tags;			/* bits of those in use */
	u32 msize;			/* of the session; 0: there is none */
	bool starting;			/* a thread asks for one */
	struct fid *free_fids;
	u32 fid_count;			/* how many there ever were at once */
};

/* channel.c */
int p9_probe(struct virtio_device *d);
struct channel *p9_channel_find(const char *tag);
void p9_channels_alone(void);		/* the machine ends: who waits for a reply lets no other thread run */

struct request {
	struct list link;		/* in channel.pending */
	struct channel *channel;
	struct fid *clunked;		/* nobody waits: the fid is free then */
	u16 tag;
	u8 slot;			/* in channel.tags */
	u8 type;
	bool done;
	bool refused;			/* by a proper Rlerror */
	u32 got;			/* bytes that the device wrote */
	struct message out, in;		/* IN, once run: what follows the header */
	struct virtio_buffer data;	/* what follows OUT, or if the device writes it, IN; ADDR NULL: nothing */
};
struct request *p9_request_new(struct channel *c, u8 type, u32 out, u32 in);	/* bytes of both behind their headers */
int p9_request_run(struct request *r);	/* 0 or the server's -errno; sleeps */
void p9_request_send(struct request *r);
int p9_request_end(struct request *r, int err);	/* frees it; -EIO if a reply was read that was too short */

/* fid.c: a file that the server knows. The number is given out anew only when the server has forgotten it. */
struct fid {
	u32 number, refs;
	bool known;			/* to the server */
	int flags;			/* how it was opened, O_* */
	struct qid qid;			/* of what was opened */
	struct channel *channel;
	struct fid *next;		/* while it is free */
	struct list writing;		/* in node.writers, or nowhere */
	struct request clunk;
	u8 buffer[2 * HEADER + 8];
};
struct fid *p9_fid_new(struct channel *c);	/* or NULL */
struct fid *p9_fid_get(struct fid *f);
void p9_fid_put(struct fid *f);		/* the last one tells the server, and waits for nothing; NULL is fine */
void p9_fid_free(struct fid *f);		/* the server has forgotten it */

/* client.c: a function for each message. 0 or -errno. */
struct attributes {
	struct qid qid;
	u32 mode, uid, gid;
	u64 nlink, rdev, size, blksize, blocks, atime_ns, mtime_ns, ctime_ns;
	u64 asked;			/* p9_resized then */
};
int p9_version(struct channel *c, u32 msize);
int p9_attach(struct fid *f);
int p9_walk(struct fid *from, struct fid *to, const char *name, size_t len);	/* LEN 0: TO is FROM once more */
int p9_getattr(struct fid *f, struct attributes *a);
int p9_setattr(struct fid *f, const struct vnode_change *c, u64 size);
int p9_open(struct fid *f, int flags);
int p9_create(struct fid *f, const char *name, size_t len, int flags, u32 mode);	/* F, the directory, becomes the open file */
int p9_make(struct fid *dir, const char *name, size_t len, u32 mode, u64 rdev);	/* directories, devices and the like */
int p9_symlink(struct fid *dir, const char *name, size_t len, const char *target);
int p9_link(struct fid *dir, const char *name, size_t len, struct fid *target);
int p9_unlink(struct fid *dir, const char *name, size_t len, bool rmdir);
int p9_rename(struct fid *from, const char *name, size_t len, struct fid *to, const char *new_name, size_t new_len);
long p9_readlink(struct fid *f, char *buf, size_t size);
int p9_fsync(struct fid *f, bool data_only);
int p9_statfs(struct fid *f, struct statfs *st);
/* How many bytes were moved, at most N, which fit in a message; BUF is in the direct map and contiguous. */
long p9_read(struct fid *f, void *buf, u32 n, u64 pos);
long p9_write(struct fid *f, const void *buf, u32 n, u64 pos);
long p9_readdir(struct fid *f, void *buf, u32 n, u64 offset);

/* share.c */
#define BUCKETS 64
struct share {
	struct list all;		/* shares */
	struct channel *channel;
	struct mount *mount;
	u32 io;				/* most bytes of a read or write */
	struct list nodes[BUCKETS];	/* by qid.path: those in use */
};

/* node.c. One vnode a file, by whatever name it is found, as long as it is in use. */
struct node {
	struct vnode v;
	struct list same;		/* of the bucket; in none: it was removed */
	struct share *share;
	u64 path;			/* of its qid */
	struct fid *fid;		/* never opened; what it was last found by */
	struct fid *reader, *writer;	/* open for pages, or NULL */
	struct list writers;		/* fids of its open files that may write */
	struct fid *created;		/* open already, for the open() that made the file */
	u64 blocks, blksize;
	u64 resized;			/* p9_resized when the program changed its size; answers from before may be older */
	u64 page_mtime, page_size;	/* of the file, as its pages were read */
	bool stale;			/* it has changed since */
	bool locked;			/* dirty.c */
	int error;			/* of writing pages, of which nobody was told yet */
	struct radix dirty;		/* pages that the server lacks: each has a reference more */
	struct list changed;		/* of the nodes that have such */
};
static inline struct node *p9_node(struct vnode *v) { return container_of(v, struct node, v); }
/* The vnode that mappings have: an overlay shows files by its own. */
static inline struct vnode *p9_mapped(struct vnode *v) { return v->data ? v->data : v; }

int p9_node_find(struct share *s, struct fid *f, struct node **out);	/* the node of F; F's reference goes to it */
int p9_node_refresh(struct vnode *v);
int p9_node_open(struct node *n, int flags, struct fid **out);	/* a fid of its own */
struct node *p9_node_at(struct vnode *dir, const char *name, size_t len);	/* in use, and placed there; or NULL */
void p9_node_place(struct node *n, struct vnode *dir, const char *name, size_t len);
void p9_node_unplace(struct node *n);
void p9_node_removed(struct node *n);	/* a name of it */
void p9_node_release(struct vnode *v);
int p9_node_change(struct node *n, const struct vnode_change *c, u64 size);
int p9_node_setattr(struct vnode *v, const struct vnode_change *c);
extern u64 p9_resized;		/* counts changes of sizes */
void p9_node_resize(struct node *n, u64 size);	/* the server has done so */
void p9_node_stat(struct vnode *v, struct stat *st);

/* dirty.c */
void p9_node_lock(struct node *n);	/* before the server is told of contents */
void p9_node_unlock(struct node *n);
int p9_page_dirty(struct node *n, u64 index, void *page);	/* it will be written to; -EAGAIN: it is no page of the file any more */
void p9_dirty_cut(struct node *n, u64 first, u64 bytes);
void p9_node_write_back(struct node *n);
void p9_node_renew(struct node *n);
int p9_write_back(struct vnode *v, bool sync);
void p9_sync(bool last);

/* dir.c, file.c, pages.c, readdir.c */
extern const struct vnode_ops p9_dir_ops, p9_file_ops, p9_link_ops, p9_special_ops;
extern const struct shared_ops p9_shared;
int p9_file_open(struct vnode *v, struct file *f);
int p9_file_truncate(struct vnode *v, u64 size);
int p9_file_sync(struct file *f, bool data_only);
int p9_dir_open(struct vnode *v, struct file *f);
struct fid *p9_dir_fid(struct file *f);
int p9_dir_readdir(struct file *f, u64 *cookie, char *name, u64 *ino, u8 *type);
int p9_pages_get(struct vnode *v, u64 index, bool for_write, void **page);
void p9_pages_drop(struct vnode *v, u64 first);	/* but those that the server lacks */
void p9_pages_current(struct node *n);	/* the server's time of change is that of our own change */
void p9_pages_write(struct vnode *v, const void *buf, size_t n, u64 pos);	/* what was written shows in them too */

#endif
