/* ioctl_tty(2). */
#include "tty.h"

#define TCSBRK		0x5409
#define TCXONC		0x540a
#define TCFLSH		0x540b
#define TIOCSCTTY	0x540e
#define TIOCOUTQ	0x5411
#define TIOCSWINSZ	0x5414
#define TIOCNOTTY	0x5422
#define TCSBRKP		0x5425
#define TIOCGSID	0x5429
#define TCGETS2		0x802c542a
#define TCSETS2		0x402c542b
#define TCSETSW2	0x402c542c
#define TCSETSF2	0x402c542d

#define PID		1	/* the one process, group and session */
#define SPEED		38400

struct termios2 {
	struct termios t;
	u32 in_speed, out_speed;
};

/* Lines that were not ended become readable, what was readable becomes a line. */
static void change_editing(struct tty *tty)
{
	if (!mode(tty->termios.lflag, ICANON)) {
		edit_commit(tty);
		wake_all(&tty->readers);
	} else if (ready_count(tty)) {
		u16 *last = &tty->ready[(tty->head - 1) % READY_SIZE];
		tty->lines += *last <= 0xff;
		*last |= *last <= 0xff ? LINE_END : 0;
	}
}

static void set(struct tty *tty, const struct termios *t, bool flush)
{
	u32 old = tty->termios.lflag;

	if (flush)
		ready_flush(tty);
	tty->termios = *t;
	if ((old ^ t->lflag) & ICANON)
		change_editing(tty);
	if (!mode(t->iflag, IXON) && tty->stopped)
		output_go_on(tty);
}

static long get_modes(struct tty *tty, unsigned long arg, size_t n)
{
	struct termios2 t = { tty->termios, SPEED, SPEED };

	CHECK_WRITE((void *)arg, n);
	memcpy((void *)arg, &t, n);
	return 0;
}

static long set_modes(struct tty *tty, unsigned long arg, size_t n, bool flush)
{
	struct termios t;

	CHECK_READ((void *)arg, n);
	memcpy(&t, (void *)arg, sizeof(t));
	set(tty, &t, flush);
	return 0;
}

static long put_int(unsigned long arg, int value)
{
	CHECK_WRITE((void *)arg, sizeof(value));
	*(int *)arg = value;
	return 0;
}

void tty_resize(struct tty *tty, u16 rows, u16 cols)
{
	if (rows == tty->size.rows && cols == tty->size.cols)
		return;
	tty->size = (struct winsize){ rows, cols };
	if (signal_send)
		signal_send(NULL, SIGWINCH);
}

static long flow(struct tty *tty, unsigned long what)
{
	enum { TCOOFF, TCOON, TCIOFF, TCION };

	if (what > TCION)
		return -EINVAL;
	if (what == TCOOFF)
		tty->stopped = true;
	if (what == TCOON)
		output_go_on(tty);
	return 0;
}

static long flush(struct tty *tty, unsigned long what)
{
	enum { TCIFLUSH, TCOFLUSH, TCIOFLUSH };

	if (what > TCIOFLUSH)
		return -EINVAL;
	if (what != TCOFLUSH)
		ready_flush(tty);
	return 0;
}

static long set_group(unsigned long arg)
{
	CHECK_READ((void *)arg, sizeof(int));
	return *(int *)arg == PID ? 0 : *(int *)arg < 0 ? -EINVAL : -EPERM;
}

static long set_size(struct tty *tty, unsigned long arg)
{
	CHECK_READ((void *)arg, sizeof(struct winsize));
	struct winsize w = *(struct winsize *)arg;
	tty_resize(tty, w.rows, w.cols);
	return 0;
}

long tty_ioctl(struct file *f, unsigned long cmd, unsigned long arg)
{
	struct tty *tty = tty_of(f);

	switch (cmd) {
	case TCGETS:
		return get_modes(tty, arg, sizeof(struct termios));
	case TCGETS2:
		return get_modes(tty, arg, sizeof(struct termios2));
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
		return set_modes(tty, arg, sizeof(struct termios), cmd == TCSETSF);
	case TCSETS2:
	case TCSETSW2:
	case TCSETSF2:
		return set_modes(tty, arg, sizeof(struct termios2), cmd == TCSETSF2);
	case TIOCGWINSZ:
		CHECK_WRITE((void *)arg, sizeof(tty->size));
		*(struct winsize *)arg = tty->size;
		return 0;
	case TIOCSWINSZ:
		return set_size(tty, arg);
	case TIOCGPGRP:
	case TIOCGSID:
		return put_int(arg, PID);
	case TIOCSPGRP:
		return set_group(arg);
	case FIONREAD:
		return put_int(arg, mode(tty->termios.lflag, ICANON) && !tty->lines ? 0 : ready_count(tty));
	case TIOCOUTQ:
		return put_int(arg, 0);
	case TCXONC:
		return flow(tty, arg);
	case TCFLSH:
		return flush(tty, arg);
	case TCSBRK:
	case TCSBRKP:
	case TIOCSCTTY:
	case TIOCNOTTY:
		return 0;
	}
	return -ENOTTY;
}
