/* A terminal as a file. */
#include "tty.h"

#define TENTH	100000000	/* ns: unit of VTIME */

/* Linux's, and what a terminal of today wants. */
static const struct termios initial = {
	.iflag = ICRNL | IXON | IUTF8, .oflag = OPOST | ONLCR, .cflag = 0xbf,	/* B38400 CS8 CREAD */
	.lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN,
	.cc = { 3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22 },
};

struct tty console_tty;

void tty_init(struct tty *tty)
{
	tty->termios = initial;
	waitq_init(&tty->readers);
	waitq_init(&tty->writers);
}

static bool readable(const struct tty *tty)
{
	if (mode(tty->termios.lflag, ICANON))
		return tty->lines;
	return ready_count(tty) && (tty->termios.cc[VTIME] || ready_count(tty) >= tty->termios.cc[VMIN]);
}

/* One line, or a part of it, and never more than one. */
static long read_line(struct tty *tty, struct file *f, u8 *buf, size_t n)
{
	size_t got = 0;

	while (!tty->lines) {
		if (tty->ended)
			return 0;
		int err = file_wait(f, &tty->readers, FOREVER);
		if (err)
			return err;
	}
	while (got < n) {
		u16 entry = tty->ready[tty->tail % READY_SIZE];
		tty->tail++;
		tty->lines -= entry > 0xff;
		if (entry & END_OF_FILE)
			break;
		buf[got++] = entry;
		if (entry & LINE_END)
			break;
	}
	/* An end of file right behind what filled the buffer belongs to it. */
	if (got == n && ready_count(tty) && tty->ready[tty->tail % READY_SIZE] == END_OF_FILE) {
		tty->tail++;
		tty->lines--;
	}
	return got;
}

/* Waits for the characters that VMIN and VTIME ask for (termios(3), "Canonical and noncanonical mode"). */
static int wait_raw(struct tty *tty, struct file *f, size_t n)
{
	const u8 *cc = tty->termios.cc;
	u32 want = min((size_t)max(cc[VMIN], (u8)1), n), seen = ready_count(tty);
	bool pure_poll = !cc[VMIN] && !cc[VTIME];
	ns_t deadline = cc[VTIME] && !cc[VMIN] ? now_monotonic() + cc[VTIME] * TENTH : FOREVER;

	while (ready_count(tty) < want && !tty->ended && !pure_poll) {
		if (cc[VTIME] && cc[VMIN] && ready_count(tty) != seen)
			deadline = now_monotonic() + cc[VTIME] * TENTH;
		seen = ready_count(tty);
		int err = file_wait(f, &tty->readers, deadline);
		if (err == -ETIMEDOUT)
			return 0;
		if (err)
			return seen ? 0 : err;
	}
	return 0;
}

static long read_raw(struct tty *tty, struct file *f, u8 *buf, size_t n)
{
	int err = wait_raw(tty, f, n);
	size_t got = 0;

	if (err)
		return err;
	while (got < n && ready_count(tty)) {
		u16 entry = tty->ready[tty->tail++ % READY_SIZE];
		tty->lines -= entry > 0xff;
		if (!(entry & END_OF_FILE))
			buf[got++] = entry;
	}
	return got;
}

static long tty_read(struct file *f, void *buf, size_t n, u64 *pos)
{
	struct tty *tty = tty_of(f);

	if (!n)
		return 0;
	return mode(tty->termios.lflag, ICANON) ? read_line(tty, f, buf, n) : read_raw(tty, f, buf, n);
}

static long tty_write(struct file *f, const void *buf, size_t n, u64 *pos)
{
	struct tty *tty = tty_of(f);

	while (tty->stopped) {
		int err = file_wait(f, &tty->writers, FOREVER);
		if (err)
			return err;
	}
	return n ? tty_output(tty, buf, n) : 0;
}

static int tty_poll(struct file *f, struct poll_table *pt)
{
	struct tty *tty = tty_of(f);

	poll_wait(&tty->readers, pt);
	poll_wait(&tty->writers, pt);
	int ready = tty->ended || readable(tty) ? POLLIN | POLLRDNORM : 0;
	return tty->stopped ? ready : ready | POLLOUT | POLLWRNORM;
}

const struct file_ops tty_ops = {
	.read = tty_read, .write = tty_write, .ioctl = tty_ioctl, .poll = tty_poll,
};
