/* What a slave is on: the queue that its master reads. */
#include "pty.h"

static u32 room(struct tty *tty)
{
	u32 count = pty_of(tty)->out.count;

	return count < RECEIVED + ON_ITS_WAY ? RECEIVED + ON_ITS_WAY - count : 0;
}

static long write(struct tty *tty, const char *s, size_t n)
{
	struct pty *p = pty_of(tty);

	if (!p->mastered)
		return -EIO;
	size_t done = queue_add(&p->out, s, n);
	wake_all_for(&p->readers, POLLIN | POLLRDNORM);
	return done == n ? (long)n : -ENOMEM;
}

/* pty(7): it must be unlocked, and have a master. */
static int open(struct tty *tty)
{
	struct pty *p = pty_of(tty);

	if (p->locked || !p->mastered)
		return -EIO;
	p->opens++;
	p->slave_closed = false;
	vnode_get(&p->node);
	return 0;
}

/* Also by who has lost it: a file that was hung up still counts until then. */
static void close(struct tty *tty)
{
	struct pty *p = pty_of(tty);

	if (!--p->opens) {
		p->slave_closed = true;
		wake_all(&p->readers);
		wake_all(&p->writers);
	}
	vnode_put(&p->node);
}

static void input_taken(struct tty *tty)
{
	struct pty *p = pty_of(tty);

	if (pty_takes(p))
		wake_all_for(&p->writers, POLLOUT | POLLWRNORM);
}

static void status(struct tty *tty, u8 clear, u8 set)
{
	struct pty *p = pty_of(tty);

	if (!p->packet)
		return;
	p->status = (p->status & ~clear) | set;
	wake_all(&p->readers);
}

static void flush_output(struct tty *tty)
{
	queue_cut(&pty_of(tty)->out, RECEIVED);
	status(tty, 0, TIOCPKT_FLUSHWRITE);
}

const struct tty_device pty_device = {
	.room = room, .write = write, .open = open, .close = close, .input_taken = input_taken,
	.flush_output = flush_output, .status = status,
};
