/* Pipes and fifos (pipe(7), fifo(7)). */
#include "kernel.h"
#include "linux_file.h"
#include "pipe.h"
#include "vfs.h"

#define NO_OPENS	~0UL		/* not a count of writer_opens */

static struct pipe *pipe_new(void)
{
	struct pipe *p = kzalloc(sizeof(*p));

	if (p) {
		p->slots = p->first_slots;
		p->count = PIPE_SLOTS;
		waitq_init(&p->read_q);
		waitq_init(&p->write_q);
		waitq_init(&p->busy_q);
	}
	return p;
}

void pipe_drop_first(struct pipe *p)
{
	struct pipe_slot *s = pipe_slot(p, 0);

	if (p->spare || s->shared)
		page_put(s->page);
	else
		p->spare = s->page;
	p->first = (p->first + 1) % p->count;
	p->used--;
}

static void pipe_empty(struct pipe *p)
{
	while (p->used)
		pipe_drop_first(p);
	if (p->spare)
		page_put(p->spare);
	p->spare = NULL;
}

static void pipe_free(struct pipe *p)
{
	if (p)
		pipe_empty(p);
	if (p && p->slots != p->first_slots)
		kfree(p->slots);
	kfree(p);
}

void pipe_enter(struct pipe *p)
{
	while (p->busy)
		wait_on(&p->busy_q, FOREVER, false);
	p->busy = true;
}

void pipe_leave(struct pipe *p)
{
	p->busy = false;
	if (!list_empty(&p->busy_q.threads))	/* which nobody polls */
		wake_one(&p->busy_q);
}

static long pipe_read(struct file *f, void *buf, size_t n, u64 *pos)
{
	struct pipe *p = f->data;
	size_t done = 0;
	bool room = false, lost = false;

	KEEP(user_lost_anchor);
	if (!n)
		return 0;
	pipe_enter(p);
	while (!p->used) {
		if (!p->writers)
			goto out;
		pipe_leave(p);
		int err = file_wait(f, &p->read_q, FOREVER);
		if (err)
			return err;
		pipe_enter(p);
	}
	while (done < n && p->used) {
		struct pipe_slot *s = pipe_slot(p, 0);
		size_t part = min(n - done, (size_t)s->len);
		bool packet = s->packet;
		lost = user_copy((char *)buf + done, s->page + s->start, part) < part;
		if (lost)	/* nothing of a page is taken then */
			break;
		s->start += part;
		s->len -= part;
		done += part;
		if (packet || !s->len) {
			room |= p->used == p->count;
			pipe_drop_first(p);
		}
		if (packet)
			break;
	}
	if (room)
		wake_all_for(&p->write_q, PIPE_WRITE_EVENTS);
out:
	pipe_leave(p);
	return lost && !done ? -EFAULT : (long)done;
}

/* Puts the odd part of N bytes into the last page, if it fits. */
static size_t merge(struct pipe *p, const void *buf, size_t n)
{
	size_t odd = n % PAGE_SIZE;
	struct pipe_slot *s = pipe_slot(p, p->used - 1);

	if (!odd || !p->used || s->shared || s->packet || s->start + s->len + odd > PAGE_SIZE)
		return 0;
	odd = user_copy(s->page + s->start + s->len, buf, odd);
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
	pipe_enter(p);
	while (done < n) {
		if (!p->readers) {
			err = pipe_broken();
			break;
		}
		if (!done)
			done = merge(p, buf, n);
		if (done == n)
			break;
		if (p->used >= p->count) {
			if (done)
				wake_all_for(&p->read_q, PIPE_READ_EVENTS);
			pipe_leave(p);
			err = file_wait(f, &p->write_q, FOREVER);
			if (err)
				return done ? (long)done : err;
			pipe_enter(p);
			continue;
		}
		struct pipe_slot *s = pipe_slot(p, p->used);
		size_t part = min(n - done, (size_t)PAGE_SIZE);
		u8 *page = p->spare ? p->spare : page_alloc_user(false);
		if (!page) {
			err = -ENOMEM;
			break;
		}
		p->spare = NULL;
		if (user_copy(page, (const char *)buf + done, part) < part) {
			page_put(page);
			err = -EFAULT;
			break;
		}
		*s = (struct pipe_slot){ .page = page, .len = part, .packet = f->flags & O_DIRECT };
		p->used++;
		done += part;
	}
	if (done)
		wake_all_for(&p->read_q, PIPE_READ_EVENTS);
	pipe_leave(p);
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
		if (p->used < p->count)
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
		n += pipe_slot(p, i)->len;
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
	if (!p->readers && !p->writers)
		pipe_empty(p);
}

static const struct file_ops pipe_ops = {
	.read = pipe_read, .write = pipe_write, .poll = pipe_poll, .ioctl = pipe_ioctl, .release = pipe_release,
};

struct pipe *pipe_of(struct file *f)
{
	return f->ops == &pipe_ops ? f->data : NULL;
}

/* F_GETPIPE_SZ, or SET: F_SETPIPE_SZ. */
long pipe_fcntl(struct file *f, bool set, u32 size)
{
	struct pipe *p = pipe_of(f);

	if (!p)
		return -EBADF;
	return set ? pipe_resize(p, size) : (long)(p->count * PAGE_SIZE);
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

/* Of a pipe by way of /proc/self/fd: nobody waits for the other end. */
static int pipe_open(struct vnode *v, struct file *f)
{
	f->pos = NO_OPENS;
	attach(v->data, f);
	return 0;
}

static const struct vnode_ops pipe_vnode_ops = { .open = pipe_open, .release = pipe_vnode_release };

int pipe_create(struct file *ends[2], int flags)
{
	static u64 last_ino = 4;	/* the console's look like pipes too */
	struct vnode *v = kzalloc(sizeof(*v));
	struct pipe *p = pipe_new();

	ends[0] = file_alloc(&pipe_ops, O_RDONLY | (flags & ~O_DIRECT));
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
