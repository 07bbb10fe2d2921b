/* The master as a file. */
#include "pty.h"

#define PIECE 512	/* of what is moved at once */

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

/* By way of the stack: where the program's memory is not there yet, others run meanwhile. */
static size_t take(struct pty *p, u8 *to, size_t n)
{
	u8 piece[PIECE];
	size_t done = 0;

	while (done < n) {
		size_t k = queue_take(&p->out, piece, min(n - done, sizeof(piece)));
		if (!k)
			break;
		size_t moved = user_copy(to + done, piece, k);
		done += moved;
		if (moved < k)
			break;
	}
	return done;
}

static long master_read(struct file *f, void *buf, size_t n, u64 *pos)
{
	struct pty *p = of(f);
	bool packet = p->packet;
	int err = n ? wait(p, f) : 0;

	if (err || !n)
		return err;
	if (packet) {
		u8 status = p->status;
		p->status = 0;
		*(u8 *)buf = status;
		if (status || n == 1)
			return 1;
	}
	size_t done = take(p, (u8 *)buf + packet, min(n - packet, (size_t)RECEIVED));
	wake_all_for(&p->tty.writers, POLLOUT | POLLWRNORM);
	return packet + done ? (long)(packet + done) : -EFAULT;
}

bool pty_takes(const struct pty *p)
{
	return !p->stopped && p->tty.backlog.count < BACKLOG;
}

static long master_write(struct file *f, const void *buf, size_t n, u64 *pos)
{
	struct pty *p = of(f);
	size_t done = 0;
	u8 piece[PIECE];

	while (done < n) {
		if (!pty_takes(p)) {
			int err = file_wait(f, &p->writers, FOREVER);
			if (err)
				return done ? (long)done : err;
			continue;
		}
		size_t k = min(n - done, sizeof(piece)), there = user_copy(piece, (const u8 *)buf + done, k);
		tty_input(&p->tty, piece, there);
		done += there;
		if (there < k)
			break;
	}
	return done || !n ? (long)done : -EFAULT;
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
