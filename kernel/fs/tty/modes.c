/* termios: getting and setting modes. */
#include "permission.h"
#include "tty.h"

#define ADDRB	0x20000000

/* By the value of CBAUD, those with CBAUDEX behind the others. */
static const u32 speeds[] = {
	0, 50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400,
	57600, 115200, 230400, 460800, 500000, 576000, 921600, 1000000, 1152000, 1500000, 2000000, 2500000, 3000000, 3500000, 4000000,
};

static u32 speed(u32 cbaud, u32 other)
{
	if (cbaud == BOTHER)
		return other;
	u32 i = cbaud & CBAUDEX ? (cbaud & ~CBAUDEX) + 15 : cbaud;
	return i < array_len(speeds) ? speeds[i] : 0;
}

static void set_speeds(struct termios *t)
{
	u32 in = t->cflag >> IBSHIFT & CBAUD, out = t->cflag & CBAUD;

	t->in_speed = in ? speed(in, t->in_speed) : speed(out, t->out_speed);
	t->out_speed = speed(out, t->out_speed);
}

static u32 keep(u32 new, u32 old, u32 locked)
{
	return (new & ~locked) | (old & locked);
}

/* TIOCSLCKTRMIOS: what is locked stays. */
static void keep_locked(struct termios *t, const struct termios *old, const struct termios *locked)
{
	t->iflag = keep(t->iflag, old->iflag, locked->iflag);
	t->oflag = keep(t->oflag, old->oflag, locked->oflag);
	t->cflag = keep(t->cflag, old->cflag, locked->cflag);
	t->lflag = keep(t->lflag, old->lflag, locked->lflag);
	t->line = locked->line ? old->line : t->line;
	for (u32 i = 0; i < NCCS; i++)
		t->cc[i] = locked->cc[i] ? old->cc[i] : t->cc[i];
}

/* Lines that were not ended become readable, what was readable becomes a line. */
static void change_editing(struct tty *tty)
{
	memset(tty->ends, 0, sizeof(tty->ends));
	if (!has(tty->termios.lflag, ICANON) || !ring_count(tty)) {
		tty->complete = tty->tail;
	} else {
		line_end_set(tty, tty->head - 1, true);
		tty->complete = tty->head;
	}
	tty->erasing = tty->literal = false;
}

static bool usual_flow_keys(const struct termios *t)
{
	return has(t->iflag, IXON) && t->cc[VSTOP] == 19 && t->cc[VSTART] == 17;
}

/* What a master in packet mode is told. */
static void tell(struct tty *tty, const struct termios *old)
{
	bool was = usual_flow_keys(old), now = usual_flow_keys(&tty->termios);

	if (!tty->device->status)
		return;
	if (was != now)
		tty->device->status(tty, TIOCPKT_DOSTOP | TIOCPKT_NOSTOP, now ? TIOCPKT_DOSTOP : TIOCPKT_NOSTOP);
	if ((old->lflag | tty->termios.lflag) & EXTPROC)
		tty->device->status(tty, 0, TIOCPKT_IOCTL);
}

void modes_set(struct tty *tty, const struct termios *t)
{
	struct termios old = tty->termios;

	tty->termios = *t;
	keep_locked(&tty->termios, &old, &tty->locked);
	tell(tty, &old);
	tty->termios.cflag = (tty->termios.cflag & ~(CSIZE | PARENB | ADDRB)) | CS8 | CREAD;
	if ((old.lflag ^ tty->termios.lflag) & (ICANON | EXTPROC))
		change_editing(tty);
	tty->canonical = has(tty->termios.lflag, ICANON);
	if (!has(tty->termios.iflag, IXON) && has(old.iflag, IXON) && !tty->held) {
		output_start(tty);
		echo_go_on(tty);
	}
	tty_input_go_on(tty);
	wake_all(&tty->writers);
	wake_all(&tty->readers);
}

static long get(const struct termios *t, unsigned long arg, size_t n)
{
	CHECK_WRITE((void *)arg, n);
	memcpy((void *)arg, t, n);
	return 0;
}

static long set(struct tty *tty, unsigned long arg, size_t n, bool flush)
{
	struct termios t = tty->termios;

	CHECK_READ((void *)arg, n);
	memcpy(&t, (void *)arg, n);
	set_speeds(&t);
	if (flush)
		tty_flush_input(tty);
	modes_set(tty, &t);
	return 0;
}

static long get_old(const struct termios *t, unsigned long arg)
{
	struct termio o = { t->iflag, t->oflag, t->cflag, t->lflag, t->line };

	memcpy(o.cc, t->cc, sizeof(o.cc));
	CHECK_WRITE((void *)arg, sizeof(o));
	*(struct termio *)arg = o;
	return 0;
}

static long set_old(struct tty *tty, unsigned long arg, bool flush)
{
	struct termios t = tty->termios;
	struct termio o;

	CHECK_READ((void *)arg, sizeof(o));
	o = *(struct termio *)arg;
	t.iflag = (t.iflag & ~0xffff) | o.iflag;
	t.oflag = (t.oflag & ~0xffff) | o.oflag;
	t.cflag = (t.cflag & ~0xffff) | o.cflag;
	t.lflag = (t.lflag & ~0xffff) | o.lflag;
	t.line = o.line;
	memcpy(t.cc, o.cc, sizeof(o.cc));
	set_speeds(&t);
	if (flush)
		tty_flush_input(tty);
	modes_set(tty, &t);
	return 0;
}

static long set_locked(struct tty *tty, unsigned long arg)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	CHECK_READ((void *)arg, TERMIOS_SIZE);
	memcpy(&tty->locked, (void *)arg, TERMIOS_SIZE);
	return 0;
}

static long set_carrier(struct tty *tty, unsigned long arg)
{
	CHECK_READ((void *)arg, sizeof(int));
	struct termios t = tty->termios;
	t.cflag = *(int *)arg ? t.cflag | CLOCAL : t.cflag & ~CLOCAL;
	modes_set(tty, &t);
	return 0;
}

long modes_ioctl(struct tty *tty, unsigned long cmd, unsigned long arg)
{
	switch (cmd) {
	case TCGETS:
		return get(&tty->termios, arg, TERMIOS_SIZE);
	case TCGETS2:
		return get(&tty->termios, arg, sizeof(struct termios));
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
		return set(tty, arg, TERMIOS_SIZE, cmd == TCSETSF);
	case TCSETS2:
	case TCSETSW2:
	case TCSETSF2:
		return set(tty, arg, sizeof(struct termios), cmd == TCSETSF2);
	case TCGETA:
		return get_old(&tty->termios, arg);
	case TCSETA:
	case TCSETAW:
	case TCSETAF:
		return set_old(tty, arg, cmd == TCSETAF);
	case TIOCGLCKTRMIOS:
		return get(&tty->locked, arg, TERMIOS_SIZE);
	case TIOCSLCKTRMIOS:
		return set_locked(tty, arg);
	case TIOCGSOFTCAR:
		return tty_put_int(arg, has(tty->termios.cflag, CLOCAL));
	case TIOCSSOFTCAR:
		return set_carrier(tty, arg);
	}
	return -ENOTTY;
}
