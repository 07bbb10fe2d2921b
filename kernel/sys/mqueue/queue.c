/* Message queues and their descriptors. */
#include "linux_file.h"
#include "mqueue.h"
#include "limits.h"
#include "permission.h"

#define ROOT_MESSAGES	65536		/* HARD_MSGMAX */
#define ROOT_SIZE	(16 << 20)	/* HARD_MSGSIZEMAX */
#define NODE_SIZE	48		/* Linux's struct msg_msg, struct posix_msg_tree_node */

static struct list mqueues = LIST_INIT(mqueues);
static u32 queue_count;
u64 mqueue_charged;

struct mqueue *mqueue_find(const char *name)
{
	struct mqueue *q;

	list_each(q, &mqueues, all)
		if (!strcmp(q->name, name))
			return q;
	return NULL;
}

static void queue_release(struct vnode *v)
{
	struct mqueue *q = v->data;

	while (!list_empty(&q->messages)) {
		struct mq_message *m = list_first(&q->messages, struct mq_message, link);
		list_remove(&m->link);
		kfree(m);
	}
	mqueue_charged -= q->charged;
	kfree(q->name);
	kfree(q);
}

static int queue_open(struct vnode *v, struct file *f)
{
	f->ops = &mqueue_ops;
	return 0;
}

static const struct vnode_ops vnode_ops = { .open = queue_open, .release = queue_release };

/* mq_overview(7), "Resource limits": what the messages may take, and what Linux needs besides to keep them. */
static int charge(const struct mq_attr *a, u64 *bytes)
{
	bool root = capable(CAP_SYS_RESOURCE);

	if (a->max <= 0 || a->size <= 0 || a->max > (root ? ROOT_MESSAGES : MQ_MESSAGES) || a->size > (root ? ROOT_SIZE : MQ_SIZE))
		return -EINVAL;
	*bytes = a->max * (a->size + NODE_SIZE) + min((u64)a->max, (u64)MQ_PRIORITIES) * NODE_SIZE;
	return mqueue_charged + *bytes > rlimits[RLIMIT_MSGQUEUE].soft ? -EMFILE : 0;
}

static struct mqueue *queue_alloc(const char *name)
{
	struct mqueue *q = kzalloc(sizeof(*q));

	if (q && (q->name = kstrdup(name)))
		return q;
	kfree(q);
	return NULL;
}

int mqueue_make(const char *name, u32 mode, const struct mq_attr *attr, struct mqueue **out)
{
	static u64 last_ino = 1;
	u64 bytes;

	if (queue_count >= MQ_QUEUES && !capable(CAP_SYS_RESOURCE))
		return -ENOSPC;
	int err = charge(attr, &bytes);
	if (err)
		return err;
	struct mqueue *q = queue_alloc(name);
	if (!q)
		return -ENOMEM;
	q->v = (struct vnode){
		.ops = &vnode_ops, .refs = 1, .mode = S_IFREG | (mode & ~fs_umask & 07777), .nlink = 1, .ino = ++last_ino, .size = 80,
		.data = q,
	};
	q->v.atime_ns = q->v.mtime_ns = q->v.ctime_ns = now_realtime();
	identity_own(NULL, &q->v);
	q->max = attr->max;
	q->size = attr->size;
	q->charged = bytes;
	q->notify = NOT_REGISTERED;
	list_init(&q->messages);
	waitq_init(&q->senders);
	waitq_init(&q->receivers);
	list_append(&mqueues, &q->all);
	queue_count++;
	mqueue_charged += bytes;
	*out = q;
	return 0;
}

void mqueue_unlink(struct mqueue *q)
{
	list_remove(&q->all);
	queue_count--;
	q->v.nlink = 0;
	vnode_put(&q->v);
}

static long queue_read(struct file *f, void *buf, size_t n, u64 *pos)
{
	const struct mqueue *q = mqueue_of(f);
	char text[96];
	bool told = q->notify != NOT_REGISTERED;
	u64 len = ksnprintf(text, sizeof(text), "QSIZE:%lu", q->bytes);

	while (len < 16)
		text[len++] = ' ';
	len += ksnprintf(text + len, sizeof(text) - len, " NOTIFY:%d     SIGNO:%d", told ? q->notify : 0,
		told && q->notify == SIGEV_SIGNAL ? q->signo : 0);
	while (len < 41)
		text[len++] = ' ';
	len += ksnprintf(text + len, sizeof(text) - len, " NOTIFY_PID:%d     \n", told);
	if (*pos >= len)
		return 0;
	n = min(n, len - *pos);
	memcpy(buf, text + *pos, n);
	*pos += n;
	return n;
}

static int queue_poll(struct file *f, struct poll_table *pt)
{
	struct mqueue *q = mqueue_of(f);

	poll_wait(&q->receivers, pt);
	poll_wait(&q->senders, pt);
	return (q->count ? POLLIN | POLLRDNORM : 0) | (q->count < q->max ? POLLOUT | POLLWRNORM : 0);
}

static void file_release(struct file *f)
{
	struct mqueue *q = mqueue_of(f);

	if (q->owner == f)
		mqueue_forget(q);
}

const struct file_ops mqueue_ops = { .read = queue_read, .poll = queue_poll, .release = file_release, .seek = seek_simple };
