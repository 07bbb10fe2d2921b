/* Reading from a terminal: lines, or what VMIN and VTIME ask for. */
#include "tty.h"

#define TENTH	100000000	/* ns: unit of VTIME */
#define FIRST	64		/* Linux reads in steps of as many bytes, and VMIN is for the first */

bool tty_readable(const struct tty *tty, bool poll)
{
	const u8 *cc = tty->termios.cc;

	if (by_lines(tty))
		return tty->complete != tty->tail;
	return ring_count(tty) >= (poll && !cc[VTIME] && cc[VMIN] ? cc[VMIN] : 1);
}

/* Waits for something to read. 0; 1: there will be nothing; or -errno. */
static int wait(struct tty *tty, struct file *f, ns_t deadline)
{
	while (!tty_readable(tty, false)) {
		if (tty->other_closed)
			return -EIO;
		if (hung_up(f) || tty->ended || !deadline)
			return 1;
		int err = file_wait(f, &tty->readers, deadline);
		if (err == -ETIMEDOUT)
			return 1;
		if (err)
			return err;
	}
	return 0;
}

static bool is_end_of_file(const struct tty *tty, u32 i)
{
	return line_ends_at(tty, i) && !tty->ring[i % RING];
}

/* One line, or a part of it, and never more than one. */
static long read_line(struct tty *tty, u8 *buf, size_t n)
{
	size_t got = 0;

	while (got < n && tty->tail != tty->complete) {
		u32 i = tty->tail++;
		bool end = line_ends_at(tty, i);
		line_end_set(tty, i, false);
		if (!end || tty->ring[i % RING])
			buf[got++] = tty->ring[i % RING];
		if (end)
			return got;
	}
	/* An end of file right behind what filled the buffer belongs to it. */
	if (tty->tail != tty->complete && is_end_of_file(tty, tty->tail))
		line_end_set(tty, tty->tail++, false);
	return got;
}

static size_t take(struct tty *tty, u8 *buf, size_t n)
{
	size_t got = 0;

	while (got < n && ring_count(tty))
		buf[got++] = tty->ring[tty->tail++ % RING];
	/* EXTPROC: the other side edits, and what it sends alone as VEOF ends the file. */
	return tty->canonical && got == 1 && !ring_count(tty) && buf[0] == tty->termios.cc[VEOF] ? 0 : got;
}

/* termios(3), "Canonical and noncanonical mode". */
static long read_raw(struct tty *tty, struct file *f, u8 *buf, size_t n)
{
	const u8 *cc = tty->termios.cc;
	size_t got = 0, first = min(n, (size_t)FIRST), least = tty->canonical ? 0 : max(cc[VMIN], (u8)1);
	ns_t pause = cc[VTIME] && !tty->canonical ? cc[VTIME] * (ns_t)TENTH : 0;
	bool between = cc[VMIN] && !tty->canonical;	/* VTIME runs between characters */
	ns_t deadline = between || tty->canonical ? FOREVER : pause ? now_monotonic() + pause : 0;

	while (got < first) {
		int err = wait(tty, f, deadline);
		if (err)
			return got ? (long)got : min(err, 0);
		got += take(tty, buf + got, first - got);
		tty_input_go_on(tty);
		if (got >= least)
			return got + take(tty, buf + got, n - got);
		if (between && pause)
			deadline = now_monotonic() + pause;
	}
	return got;
}

static void taken(struct tty *tty)
{
	tty_input_go_on(tty);
	if (tty->device->input_taken)
		tty->device->input_taken(tty);
}

long tty_read(struct file *f, void *buf, size_t n, u64 *pos)
{
	struct tty *tty = tty_of(f);

	if (!n || hung_up(f))
		return 0;
	if (!by_lines(tty)) {
		long got = read_raw(tty, f, buf, n);
		taken(tty);
		return got;
	}
	int err = wait(tty, f, FOREVER);
	if (err)
		return min(err, 0);
	long got = by_lines(tty) ? read_line(tty, buf, n) : (long)take(tty, buf, n);	/* the modes may have changed meanwhile */
	taken(tty);
	return got;
}
