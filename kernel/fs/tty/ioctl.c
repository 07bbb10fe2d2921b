/* ioctl_tty(2). */
#include "permission.h"
#include "tty.h"

long tty_put_int(unsigned long arg, int value)
{
	CHECK_WRITE((void *)arg, sizeof(value));
	*(int *)arg = value;
	return 0;
}

void tty_resize(struct tty *tty, const struct winsize *size)
{
	if (!memcmp(size, &tty->size, sizeof(*size)))
		return;
	tty->size = *size;
	session_signal(tty, SIGWINCH);
}

void tty_flush_input(struct tty *tty)
{
	queue_cut(&tty->backlog, 0);
	tty->seen = 0;
	ring_flush(tty);
	if (tty->device->status)
		tty->device->status(tty, 0, TIOCPKT_FLUSHREAD);
	if (tty->device->input_taken)
		tty->device->input_taken(tty);
}

void tty_flush_output(struct tty *tty)
{
	if (tty->device->flush_output)
		tty->device->flush_output(tty);
}

/* tcflow(3) of the input: the other side gets the character that makes it stop, or go on. */
static long send_key(struct tty *tty, u8 c)
{
	bool was_stopped = tty->stopped;
	char text = c;

	if (!c)
		return 0;
	output_start(tty);
	if (!tty->stopped)
		tty->device->write(tty, &text, 1);
	if (was_stopped)
		output_stop(tty);
	return 0;
}

static long flow(struct tty *tty, unsigned long what)
{
	enum { TCOOFF, TCOON, TCIOFF, TCION };

	switch (what) {
	case TCOOFF:
		if (!tty->held)
			output_stop(tty);
		tty->held = true;
		return 0;
	case TCOON:
		if (!tty->held)
			return 0;
		tty->held = false;
		output_start(tty);
		return 0;
	case TCIOFF:
		return send_key(tty, tty->termios.cc[VSTOP]);
	case TCION:
		return send_key(tty, tty->termios.cc[VSTART]);
	}
	return -EINVAL;
}

static long flush(struct tty *tty, unsigned long what)
{
	enum { TCIFLUSH, TCOFLUSH, TCIOFLUSH };

	if (what > TCIOFLUSH)
		return -EINVAL;
	if (what != TCOFLUSH)
		tty_flush_input(tty);
	if (what != TCIFLUSH)
		tty_flush_output(tty);
	return 0;
}

/* FIONREAD: of lines, those that are complete, without the ends of file. */
static u32 readable_count(const struct tty *tty)
{
	u32 n = 0;

	if (!by_lines(tty))
		return ring_count(tty);
	for (u32 i = tty->tail; i != tty->complete; i++)
		n += !line_ends_at(tty, i) || tty->ring[i % RING];
	return n;
}

static long set_size(struct tty *tty, unsigned long arg)
{
	CHECK_READ((void *)arg, sizeof(struct winsize));
	struct winsize w = *(struct winsize *)arg;
	tty_resize(tty, &w);
	return 0;
}

static long simulate(struct tty *tty, unsigned long arg)
{
	if (controlling_tty != tty && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	CHECK_READ((void *)arg, 1);
	u8 c = *(u8 *)arg;
	tty_input(tty, &c, 1);
	return 0;
}

static long set_discipline(unsigned long arg)
{
	CHECK_READ((void *)arg, sizeof(int));
	return *(int *)arg ? -EINVAL : 0;	/* N_TTY is the only one */
}

long tty_common_ioctl(struct tty *tty, struct file *f, unsigned long cmd, unsigned long arg)
{
	switch (cmd) {
	case TIOCGWINSZ:
		CHECK_WRITE((void *)arg, sizeof(tty->size));
		*(struct winsize *)arg = tty->size;
		return 0;
	case TIOCSWINSZ:
		return set_size(tty, arg);
	case TIOCGETD:
		return tty_put_int(arg, 0);
	case TIOCSETD:
		return set_discipline(arg);
	case TIOCGDEV:
		return tty_put_int(arg, tty->rdev);
	case TCSBRK:
	case TCSBRKP:
	case TIOCSBRK:
	case TIOCCBRK:
		return 0;	/* there is no line to break */
	}
	return modes_ioctl(tty, cmd, arg);
}

static long own_ioctl(struct tty *tty, struct file *f, unsigned long cmd, unsigned long arg)
{
	switch (cmd) {
	case FIONREAD:
		return tty_put_int(arg, readable_count(tty));
	case TIOCOUTQ:
		return tty_put_int(arg, 0);	/* what is written is at the other side at once */
	case TCXONC:
		return flow(tty, arg);
	case TCFLSH:
		return flush(tty, arg);
	case TIOCSTI:
		return simulate(tty, arg);
	case TIOCEXCL:
	case TIOCNXCL:
		tty->exclusive = cmd == TIOCEXCL;
		return 0;
	case TIOCGEXCL:
		return tty_put_int(arg, tty->exclusive);
	case TIOCVHANGUP:
		if (!capable(CAP_SYS_ADMIN))
			return -EPERM;
		tty_hang_up(tty);
		return 0;
	case TIOCGPTPEER:
		return -EIO;
	case TIOCSCTTY: case TIOCNOTTY: case TIOCGPGRP: case TIOCSPGRP: case TIOCGSID:
		return session_ioctl(tty, false, f, cmd, arg);
	}
	return tty_common_ioctl(tty, f, cmd, arg);
}

long tty_ioctl(struct file *f, unsigned long cmd, unsigned long arg)
{
	if (hung_up(f))
		return cmd == TIOCSPGRP ? -ENOTTY : -EIO;
	return own_ioctl(tty_of(f), f, cmd, arg);
}
