/* POSIX message queues (mq_overview(7)). */
#ifndef MQUEUE_H
#define MQUEUE_H

#include "kernel.h"
#include "vfs.h"

#define EMSGSIZE	90

#define MQ_PRIORITIES	32768
#define MQ_QUEUES	256	/* queues_max */
#define MQ_MESSAGES	10	/* msg_max, msg_default: messages of a queue */
#define MQ_SIZE		8192	/* msgsize_max, msgsize_default: bytes of a message */

struct mq_attr {
	s64 flags, max, size, count;
	s64 reserved[4];
};

struct mq_message {
	struct list link;
	u32 priority;
	size_t size;
	char text[];
};

/* The table holds one reference of its vnode, each open file one more. */
struct mqueue {
	struct vnode v;
	struct list all;		/* in mqueues, until it is unlinked */
	char *name;
	s64 max, size, count;		/* messages there may be, bytes of one, messages there are */
	u64 bytes, charged;		/* stored, and what RLIMIT_MSGQUEUE counts */
	struct list messages;		/* the highest priority first, the oldest of it before others */
	struct waitq senders, receivers;
	u32 receiving;			/* threads that wait for a message */
	int notify;			/* SIGEV_*, or NOT_REGISTERED */
	int signo;
	u64 value;
	struct file *notice;		/* SIGEV_THREAD: an eventfd, a reference */
	const struct file *owner;	/* registered through this */
};

#define SIGEV_SIGNAL	0
#define SIGEV_NONE	1
#define SIGEV_THREAD	2
#define NOT_REGISTERED	(-1)

extern const struct file_ops mqueue_ops;
static inline struct mqueue *mqueue_of(const struct file *f)
{
	return f->ops == &mqueue_ops ? f->vnode->data : NULL;
}

/* queue.c */
extern u64 mqueue_charged;
struct mqueue *mqueue_find(const char *name);
int mqueue_make(const char *name, u32 mode, const struct mq_attr *attr, struct mqueue **out);
void mqueue_unlink(struct mqueue *q);

/* notify.c */
void mqueue_arrived(struct mqueue *q);	/* a message came into the empty queue */
void mqueue_forget(struct mqueue *q);	/* ends a registration */

#endif
