/* The master as a file. */
#include "pty.h"

static struct pty *of(const struct file *f)
{
	return f->data;
}

/* Waits for bytes, or for news in packet mode. 0 or -errno. */
static int wait(struct pty *p, struct file *f)
{
	while (!p->out.count && !(p->packet && p->status)) {
		if (p->slave_closed)
			return -EIO;
		int err = file_wait(f, &p->readers, FOREVER);
		if (err)
			return err;
	}
	return 0;
}

static long master_read(struct file *f, void *buf, size_t n, u64 *pos)
{
	struct pty *p = of(f);
	bool packet = p->packet;
	int err = n ? wait(p, f) : 0;

	if (err || !n)
		return err;
	if (packet) {
		*(u8 *)buf = p->status;
		if (p->status || n == 1) {
			p->status = 0;
			return 1;
		}
	}
	size_t done = queue_take(&p->out, (u8 *)buf + packet, min(n - packet, (size_t)RECEIVED));
	wake_all_for(&p->tty.writers, POLLOUT | POLLWRNORM);
	return packet + done;
}

bool pty_takes(const struct pty *p)
{
	return !p->stopped && p->tty.backlog.count < BACKLOG;
}

static long master_write(struct file *f, const void *buf, size_t n, u64 *pos)
{
	struct pty *p = of(f);
	size_t done = 0;

	while (done < n) {
		if (!pty_takes(p)) {
			int err = file_wait(f, &p->writers, FOREVER);
			if (err)
				return done ? (long)done : err;
			continue;
		}
		size_t k = min(n - done, (size_t)2048);
		tty_input(&p->tty, (const u8 *)buf + done, k);
		done += k;
	}
	return done;
}

static int master_poll(struct file *f, struct poll_table *pt)
{
	struct pty *p = of(f);
	int ready = pty_takes(p) ? POLLOUT | POLLWRNORM : 0;

	poll_wait(&p->readers, pt);
	poll_wait(&p->writers, pt);
	if (p->out.count)
		ready |= POLLIN | POLLRDNORM;
	if (p->packet && p->status)
		ready |= POLLPRI | POLLIN | POLLRDNORM;
	return p->slave_closed ? ready | POLLHUP : ready;
}

/* Who has the slave open loses it, and a session that it controls (pty(7)). */
static void master_release(struct file *f)
{
	struct pty *p = of(f);

	p->mastered = false;
	p->packet = false;
	p->tty.other_closed = true;
	wake_all(&p->tty.readers);
	wake_all(&p->tty.writers);
	pty_unlink(p);
	tty_hang_up(&p->tty);
	queue_cut(&p->tty.backlog, 0);
	queue_cut(&p->out, 0);
	vnode_put(&p->node);
}

static const struct file_ops master_ops = {
	.read = master_read, .write = master_write, .ioctl = pty_master_ioctl, .poll = master_poll, .release = master_release,
};

int pty_master_open(struct file *f)
{
	struct pty *p = pty_new();

	if (IS_ERR(p))
		return PTR_ERR(p);
	vnode_get(&p->node);
	p->mastered = p->locked = true;
	f->ops = &master_ops;
	f->data = p;
	return 0;
}
