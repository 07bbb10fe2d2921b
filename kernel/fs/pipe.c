/* Pipes and fifos (pipe(7), fifo(7)). */
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"

#define SLOTS		16
#define READ_EVENTS	(POLLIN | POLLRDNORM)
#define NO_OPENS	~0UL		/* not a count of writer_opens */
#define WRITE_EVENTS	(POLLOUT | POLLWRNORM)

/* As on Linux: sixteen pages. A write fills the last one only with the odd
 * part of its length, and only if that fits: so what is atomic is never split. */
struct slot {
	u8 *page;
	u32 start, len;
};

void signal_send(struct thread *t, int sig) __attribute__((weak, noplt));

struct pipe {
	struct slot slots[SLOTS];
	u32 first, used;	/* slots with bytes in them */
	u32 readers, writers;
	u32 reader_opens, writer_opens;	/* fifo: how often, for those who wait in open() */
	bool busy;		/* a copy is under way: it may sleep */
	struct waitq read_q, write_q, busy_q;
};

static struct pipe *pipe_new(void)
{
	struct pipe *p = kzalloc(sizeof(*p));

	if (p) {
		waitq_init(&p->read_q);
		waitq_init(&p->write_q);
		waitq_init(&p->busy_q);
	}
	return p;
}

static void drop_first(struct pipe *p)
{
	page_put(p->slots[p->first].page);
	p->first = (p->first + 1) % SLOTS;
	p->used--;
}

static void pipe_free(struct pipe *p)
{
	while (p && p->used)
		drop_first(p);
	kfree(p);
}

static void enter(struct pipe *p)
{
	while (p->busy)
		wait_on(&p->busy_q, FOREVER, false);
	p->busy = true;
}

static void leave(struct pipe *p)
{
	p->busy = false;
	wake_one(&p->busy_q);
}

static long pipe_read(struct file *f, void *buf, size_t n, u64 *pos)
{
	struct pipe *p = f->data;
	size_t done = 0;
	bool room = false;

	if (!n)
		return 0;
	enter(p);
	while (!p->used) {
		if (!p->writers)
			goto out;
		leave(p);
		int err = file_wait(f, &p->read_q, FOREVER);
		if (err)
			return err;
		enter(p);
	}
	while (done < n && p->used) {
		struct slot *s = &p->slots[p->first];
		size_t part = min(n - done, (size_t)s->len);
		memcpy((char *)buf + done, s->page + s->start, part);
		s->start += part;
		s->len -= part;
		done += part;
		if (!s->len) {
			room |= p->used == SLOTS;
			drop_first(p);
		}
	}
	if (room)
		wake_all_for(&p->write_q, WRITE_EVENTS);
out:
	leave(p);
	return done;
}

static long broken(void)
{
	if (!signal_send)	/* nobody can have asked to survive it */
		vm_exit('s', SIGPIPE);
	signal_send(current(), SIGPIPE);
	return -EPIPE;
}

/* Puts the odd part of N bytes into the last page, if it fits. */
static size_t merge(struct pipe *p, const void *buf, size_t n)
{
	size_t odd = n % PAGE_SIZE;
	struct slot *s = &p->slots[(p->first + p->used - 1) % SLOTS];

	if (!odd || !p->used || s->start + s->len + odd > PAGE_SIZE)
		return 0;
	memcpy(s->page + s->start + s->len, buf, odd);
	s->len += odd;
	return odd;
}

static long pipe_write(struct file *f, const void *buf, size_t n, u64 *pos)
{
	struct pipe *p = f->data;
	size_t done = 0;
	long err = 0;

	if (!n)
		return 0;
	enter(p);
	while (done < n) {
		if (!p->readers) {
			err = broken();
			break;
		}
		if (!done)
			done = merge(p, buf, n);
		if (done == n)
			break;
		if (p->used == SLOTS) {
			if (done)
				wake_all_for(&p->read_q, READ_EVENTS);
			leave(p);
			err = file_wait(f, &p->write_q, FOREVER);
			if (err)
				return done ? (long)done : err;
			enter(p);
			continue;
		}
		struct slot *s = &p->slots[(p->first + p->used) % SLOTS];
		size_t part = min(n - done, (size_t)PAGE_SIZE);
		if (!(s->page = page_alloc_user(false))) {
			err = -ENOMEM;
			break;
		}
		memcpy(s->page, (const char *)buf + done, part);
		s->start = 0;
		s->len = part;
		p->used++;
		done += part;
	}
	if (done)
		wake_all_for(&p->read_q, READ_EVENTS);
	leave(p);
	return done ? (long)done : err;
}

static int pipe_poll(struct file *f, struct poll_table *pt)
{
	struct pipe *p = f->data;
	int mode = f->flags & O_ACCMODE, ready = 0;

	if (mode != O_WRONLY) {
		poll_wait(&p->read_q, pt);
		if (p->used)
			ready |= POLLIN | POLLRDNORM;
		if (!p->writers && p->writer_opens != f->pos)	/* there was one since */
			ready |= POLLHUP;
	}
	if (mode != O_RDONLY) {
		poll_wait(&p->write_q, pt);
		if (p->used < SLOTS)
			ready |= POLLOUT | POLLWRNORM;
		if (!p->readers)
			ready |= POLLERR;
	}
	return ready;
}

static long pipe_ioctl(struct file *f, unsigned long cmd, unsigned long arg)
{
	struct pipe *p = f->data;
	int n = 0;

	if (cmd != FIONREAD)
		return -ENOTTY;
	CHECK_WRITE((void *)arg, sizeof(int));
	for (u32 i = 0; i < p->used; i++)
		n += p->slots[(p->first + i) % SLOTS].len;
	*(int *)arg = n;
	return 0;
}

static void pipe_release(struct file *f)
{
	struct pipe *p = f->data;
	int mode = f->flags & O_ACCMODE;

	if (!p)
		return;		/* fifo_open() failed */
	if (mode != O_WRONLY)
		p->readers--;
	if (mode != O_RDONLY)
		p->writers--;
	wake_all(&p->read_q);
	wake_all(&p->write_q);
	while (!p->readers && !p->writers && p->used)
		drop_first(p);
}

static const struct file_ops pipe_ops = {
	.read = pipe_read, .write = pipe_write, .poll = pipe_poll, .ioctl = pipe_ioctl, .release = pipe_release,
};

long pipe_size(struct file *f)
{
	return f->ops == &pipe_ops ? SLOTS * PAGE_SIZE : -EBADF;
}

static void attach(struct pipe *p, struct file *f)
{
	int mode = f->flags & O_ACCMODE;

	f->ops = &pipe_ops;
	f->data = p;
	if (mode != O_WRONLY) {
		p->readers++;
		p->reader_opens++;
		wake_all(&p->write_q);
	}
	if (mode != O_RDONLY) {
		p->writers++;
		p->writer_opens++;
		wake_all(&p->read_q);
	}
}

/* fifo(7): each end waits for the other, unless O_NONBLOCK or O_RDWR. */
int fifo_open(struct vnode *v, struct file *f)
{
	struct pipe *p = v->data;
	int mode = f->flags & O_ACCMODE;

	if (!p && !(p = v->data = pipe_new()))
		return -ENOMEM;
	if (mode == O_WRONLY && f->flags & O_NONBLOCK && !p->readers)
		return -ENXIO;
	/* a reader that did not wait must not see the end of writers that came before it (pipe_poll) */
	bool early = mode == O_RDONLY && f->flags & O_NONBLOCK && !p->writers;
	f->pos = early ? p->writer_opens : NO_OPENS;
	attach(p, f);
	u32 *others = mode == O_RDONLY ? &p->writers : &p->readers;
	u32 *opens = mode == O_RDONLY ? &p->writer_opens : &p->reader_opens, seen = *opens;
	while (!(f->flags & O_NONBLOCK) && mode != O_RDWR && !*others && *opens == seen) {
		int err = wait_on(mode == O_RDONLY ? &p->read_q : &p->write_q, FOREVER, true);
		if (err)
			return err;	/* file_put() detaches */
	}
	return 0;
}

void fifo_release(struct vnode *v)
{
	pipe_free(v->data);
}

static void pipe_vnode_release(struct vnode *v)
{
	pipe_free(v->data);
	kfree(v);
}

static const struct vnode_ops pipe_vnode_ops = { .open = fifo_open, .release = pipe_vnode_release };

int pipe_create(struct file *ends[2], int flags)
{
	static u64 last_ino = 3;	/* the console's looks like a pipe too */
	struct vnode *v = kzalloc(sizeof(*v));
	struct pipe *p = pipe_new();

	ends[0] = file_alloc(&pipe_ops, O_RDONLY | flags);
	ends[1] = file_alloc(&pipe_ops, O_WRONLY | flags);
	if (!v || !p || !ends[0] || !ends[1]) {
		kfree(ends[0]);
		kfree(ends[1]);
		kfree(p);
		kfree(v);
		return -ENOMEM;
	}
	u64 now = now_realtime();
	*v = (struct vnode){ .ops = &pipe_vnode_ops, .refs = 2, .nlink = 1, .mode = S_IFIFO | 0600, .ino = ++last_ino,
		.mtime_ns = now, .atime_ns = now, .ctime_ns = now, .data = p };
	for (int i = 0; i < 2; i++) {
		ends[i]->vnode = v;
		ends[i]->pos = NO_OPENS;
		attach(p, ends[i]);
	}
	return 0;
}
