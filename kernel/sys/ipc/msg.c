/* msgget(2), msgsnd(2), msgrcv(2) */
#include "linux_file.h"
#include "msg.h"

#define MSG_NOERROR	010000
#define MSG_EXCEPT	020000
#define MSG_COPY	040000

static int msg_make(u64 unused, int key, int flags)
{
	struct msg_queue *m = kzalloc(sizeof(*m));

	if (!m)
		return -ENOMEM;
	int id = ipc_add(&msg_table, &m->o, key, flags);
	if (id < 0) {
		kfree(m);
		return id;
	}
	KEEP(procnode_sysvipc_msg);
	KEEP(procnode_msgmax);
	KEEP(procnode_msgmnb);
	KEEP(procnode_msgmni);
	m->ctime = ipc_now();
	m->limit = MSG_QUEUE_MAX;
	list_init(&m->messages);
	list_init(&m->waiting);
	return id;
}

static int msg_fits(const struct ipc_object *o, u64 unused)
{
	return 0;
}

struct ipc_table msg_table = { .limit = 32000, .make = msg_make, .fits = msg_fits };

long sys_msgget(int key, int flags)
{
	KERNEL_LOCK();
	return ipc_get(&msg_table, key, flags, 0);
}
SYSCALL(68, msgget, FULL);

void msg_wake(struct msg_queue *m, bool gone)
{
	while (!list_empty(&m->waiting)) {
		struct msg_wait *w = list_first(&m->waiting, struct msg_wait, link);
		list_remove(&w->link);
		w->changed = true;
		w->gone = gone;
		wake_all(&w->q);
	}
}

void msg_end(struct msg_queue *m)
{
	ipc_remove(&msg_table, &m->o);
	msg_wake(m, true);
	while (!list_empty(&m->messages)) {
		struct msg *x = list_first(&m->messages, struct msg, link);
		list_remove(&x->link);
		kfree(x);
	}
	kfree(m);
}

/* Until the queue changes: 0, -EINTR, or -EIDRM when it is gone. */
static int wait_change(struct msg_queue *m)
{
	struct msg_wait w = { 0 };
	int err = 0;

	waitq_init(&w.q);
	list_append(&m->waiting, &w.link);
	while (!w.changed && !err)
		err = wait_on(&w.q, FOREVER, true);
	if (w.gone)
		return -EIDRM;
	if (w.changed)
		return 0;
	list_remove(&w.link);
	return err;
}

static struct msg *msg_load(s64 type, const void *text, size_t size)
{
	struct msg *x = kmalloc(sizeof(*x) + size);

	if (x) {
		x->type = type;
		x->size = size;
		memcpy(x->text, text, size);
	}
	return x;
}

static bool has_room(const struct msg_queue *m, size_t size)
{
	return m->bytes + size <= m->limit && m->count < m->limit;
}

/* The lock is given up while it waits: what the queue is allowed is looked at again. */
static int wait_room(struct msg_queue *m, size_t size, int flags)
{
	for (;;) {
		if (!ipc_allows(&m->o, ALLOW_WRITE))
			return -EACCES;
		if (has_room(m, size))
			return 0;
		if (flags & IPC_NOWAIT)
			return -EAGAIN;
		int err = wait_change(m);
		if (err)
			return err;
	}
}

struct msgbuf {
	s64 type;
	char text[];
};

long sys_msgsnd(int id, const struct msgbuf *in, size_t size, int flags)
{
	KERNEL_LOCK();
	CHECK_READ(in, sizeof(*in));
	if (size > MSG_SIZE_MAX || id < 0 || in->type < 1)
		return -EINVAL;
	CHECK_READ(in->text, size);
	struct msg *x = msg_load(in->type, in->text, size);
	if (!x)
		return -ENOMEM;
	struct msg_queue *m = ipc_find(&msg_table, id);
	int err = m ? wait_room(m, size, flags) : -EINVAL;
	if (err) {
		kfree(x);
		return err;
	}
	list_append(&m->messages, &x->link);
	m->bytes += size;
	m->count++;
	m->stime = ipc_now();
	m->lspid = 1;
	msg_wake(m, false);
	return 0;
}
SYSCALL(69, msgsnd, FULL);

/* The message that TYPE asks for: with MSG_COPY by its place. */
static struct msg *choose(struct msg_queue *m, s64 type, int flags)
{
	struct msg *x, *best = NULL;
	s64 n = 0;

	list_each(x, &m->messages, link) {
		if (flags & MSG_COPY) {
			if (n++ == type)
				return x;
		} else if (type < 0) {	/* the lowest, up to -TYPE */
			if (x->type <= (s64)min(-(u64)type, ~0UL >> 1) && (!best || x->type < best->type))
				best = x;
		} else if (!type || (x->type == type) == !(flags & MSG_EXCEPT)) {
			return x;
		}
	}
	return best;
}

static void take(struct msg_queue *m, struct msg *x)
{
	list_remove(&x->link);
	m->bytes -= x->size;
	m->count--;
	m->rtime = ipc_now();
	m->lrpid = 1;
	msg_wake(m, false);
}

static int wait_message(struct msg_queue *m, s64 type, int flags, struct msg **out)
{
	for (;;) {
		if (!ipc_allows(&m->o, ALLOW_READ))
			return -EACCES;
		if ((*out = choose(m, type, flags)))
			return 0;
		if (flags & IPC_NOWAIT)
			return -ENOMSG;
		int err = wait_change(m);
		if (err)
			return err;
	}
}

/* As on Linux, a message for which there is no place in memory is lost. */
static long msg_store(const struct msg *x, struct msgbuf *out, size_t size)
{
	size = min(size, x->size);
	CHECK_WRITE(out, sizeof(*out) + size);
	out->type = x->type;
	memcpy(out->text, x->text, size);
	return size;
}

long sys_msgrcv(int id, struct msgbuf *out, size_t size, s64 type, int flags)
{
	struct msg *x;

	KERNEL_LOCK();
	if (id < 0 || (s64)size < 0)
		return -EINVAL;
	if (flags & MSG_COPY && (flags & MSG_EXCEPT || !(flags & IPC_NOWAIT)))
		return -EINVAL;
	struct msg_queue *m = ipc_find(&msg_table, id);
	if (!m)
		return -EINVAL;
	int err = wait_message(m, type, flags, &x);
	if (err)
		return err;
	if (size < x->size && !(flags & MSG_NOERROR))
		return -E2BIG;
	if (flags & MSG_COPY)
		return size < x->size ? -EINVAL : msg_store(x, out, size);
	take(m, x);
	long r = msg_store(x, out, size);
	kfree(x);
	return r;
}
SYSCALL(70, msgrcv, FULL);
