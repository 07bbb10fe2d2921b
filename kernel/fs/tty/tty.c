/* A terminal as a file. */
#include "permission.h"
#include "tty.h"

/* Linux's. */
static const struct termios initial = {
	.iflag = ICRNL | IXON, .oflag = OPOST | ONLCR, .cflag = 0xf | CS8 | CREAD,	/* 0xf: B38400 */
	.lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN,
	.cc = { 3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22 }, .in_speed = 38400, .out_speed = 38400,
};

struct tty *console_tty;

void tty_init(struct tty *tty, const struct tty_device *device)
{
	KEEP(procnode_tty_drivers);
	KEEP(procnode_tty_ldiscs);
	tty->device = device;
	tty->termios = initial;
	tty->canonical = true;
	waitq_init(&tty->readers);
	waitq_init(&tty->writers);
}

/* F, whose flags are those of open(2), becomes a file of TTY. */
int tty_open(struct tty *tty, struct file *f)
{
	if (tty->exclusive && !capable(CAP_SYS_ADMIN))
		return -EBUSY;
	int err = tty->device->open ? tty->device->open(tty) : 0;
	if (err)
		return err;
	f->ops = &tty_ops;
	f->data = tty;
	f->pos = tty->hangups;
	session_take(tty, f);
	return 0;
}

/* All files that are open on it have lost it. */
void tty_hang_up(struct tty *tty)
{
	tty->hangups++;
	ring_flush(tty);
	echo_flush(tty);
	tty->literal = tty->stopped = tty->held = tty->exclusive = false;
	session_lose(tty);
	wake_all(&tty->readers);
	wake_all(&tty->writers);
}

/* As much of N bytes of the program's as there is room for, or an error. What a device without an end takes it copies
 * itself; for others it goes by way of the stack, as others run where the program's memory is not there yet. */
static long write_some(struct tty *tty, const char *s, size_t n)
{
	char piece[512];

	if (!tty->device->room)
		return output_some(tty, s, n);
	size_t k = min(n, sizeof(piece)), there = user_copy(piece, s, k);
	return there ? output_some(tty, piece, there) : -EFAULT;
}

static long tty_write(struct file *f, const void *buf, size_t n, u64 *pos)
{
	struct tty *tty = tty_of(f);
	size_t done = 0;

	if (hung_up(f))
		return -EIO;
	echo_go_on(tty);
	while (done < n) {
		long r = hung_up(f) ? -EIO : write_some(tty, (const char *)buf + done, n - done);
		if (!r)
			r = file_wait(f, &tty->writers, FOREVER);
		if (r < 0)
			return done ? (long)done : r;
		if (r > 0)
			done += r;
	}
	return n;
}

static bool writable(const struct tty *tty)
{
	return !tty->stopped && (!tty->device->room || tty->device->room((struct tty *)tty));
}

static int tty_poll(struct file *f, struct poll_table *pt)
{
	struct tty *tty = tty_of(f);
	int ready = 0;

	poll_wait(&tty->readers, pt);
	poll_wait(&tty->writers, pt);
	if (hung_up(f))
		return POLLIN | POLLOUT | POLLERR | POLLHUP | POLLRDNORM | POLLWRNORM;
	if (tty->ended || tty_readable(tty, true))
		ready |= POLLIN | POLLRDNORM;
	if (tty->other_closed)
		ready |= POLLHUP;
	if (writable(tty))
		ready |= POLLOUT | POLLWRNORM;
	return ready;
}

static void tty_release(struct file *f)
{
	struct tty *tty = tty_of(f);

	if (tty->device->close)
		tty->device->close(tty);
}

/* The console by one of its names: never becomes the controlling terminal. */
static int console_open(struct file *f)
{
	f->pos = tty_of(f)->hangups;
	return 0;
}

const struct file_ops tty_ops = {
	.open = console_open, .read = tty_read, .write = tty_write, .ioctl = tty_ioctl, .poll = tty_poll, .release = tty_release,
};
