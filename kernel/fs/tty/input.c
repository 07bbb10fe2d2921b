/* What is typed: c_iflag, keys that send signals or stop output, and the ring of what can be read. */
#include "tty.h"

#define EVENTS_IN	(POLLIN | POLLRDNORM)

void ring_flush(struct tty *tty)
{
	tty->head = tty->complete = tty->tail = 0;
	tty->erasing = false;
	memset(tty->ends, 0, sizeof(tty->ends));
}

void line_add(struct tty *tty, u8 c)
{
	tty->ring[tty->head++ % RING] = c;
}

void line_complete(struct tty *tty, u8 c)
{
	line_end_set(tty, tty->head, true);
	line_add(tty, c);
	tty->complete = tty->head;
	wake_all_for(&tty->readers, EVENTS_IN);
}

static void send_signal(struct tty *tty, int sig, u8 c)
{
	session_signal(tty, sig);
	if (!has(tty->termios.lflag, NOFLSH)) {
		echo_flush(tty);
		tty_flush_output(tty);
		ring_flush(tty);
		if (tty->device->status)
			tty->device->status(tty, 0, TIOCPKT_FLUSHREAD);
	}
	if (has(tty->termios.iflag, IXON))
		output_start(tty);
	if (has(tty->termios.lflag, ECHO)) {
		echo(tty, c);
		echo_commit(tty);
	} else {
		echo_go_on(tty);
	}
}

static bool signal_key(struct tty *tty, u8 c)
{
	int sig = is(tty, c, VINTR) ? SIGINT : is(tty, c, VQUIT) ? SIGQUIT : is(tty, c, VSUSP) ? SIGTSTP : 0;

	if (!sig || !has(tty->termios.lflag, ISIG))
		return false;
	send_signal(tty, sig, c);
	return true;
}

/* Keys that stop output and let it go on. DONE: that happened when the character came into the backlog. */
static bool flow_key(struct tty *tty, u8 c, bool done)
{
	if (!has(tty->termios.iflag, IXON))
		return false;
	if (is(tty, c, VSTART)) {
		if (!done) {
			output_start(tty);
			echo_go_on(tty);
		}
		return true;
	}
	if (!is(tty, c, VSTOP))
		return false;
	if (!done)
		output_stop(tty);
	return true;
}

static void start_by_any(struct tty *tty)
{
	if (tty->stopped && !tty->held && (tty->termios.iflag & (IXON | IXANY)) == (IXON | IXANY)) {
		output_start(tty);
		echo_go_on(tty);
	}
}

static void plain(struct tty *tty, u8 c, bool raw)
{
	line_echo(tty, c, raw);
	if (c == 0xff && has(tty->termios.iflag, PARMRK))
		line_add(tty, c);
	line_add(tty, c);
}

static void special(struct tty *tty, u8 c, bool seen)
{
	u32 iflag = tty->termios.iflag;
	bool made = false;	/* a newline, of a return */

	if (flow_key(tty, c, seen) || signal_key(tty, c))
		return;
	start_by_any(tty);
	if (c == '\r') {
		if (iflag & IGNCR)
			return;
		if (iflag & ICRNL) {
			c = '\n';
			made = true;
		}
	} else if (c == '\n' && iflag & INLCR) {
		c = '\r';
	}
	if (!tty->canonical || !edit_input(tty, c))
		plain(tty, c, made);
}

static void one(struct tty *tty, u8 c, bool seen)
{
	u32 iflag = tty->termios.iflag, lflag = tty->termios.lflag;
	bool literal = tty->literal;

	if (iflag & ISTRIP)
		c &= 0x7f;
	if (iflag & IUCLC && lflag & IEXTEN && is_letter(c, true))
		c += 'a' - 'A';
	tty->literal = false;
	if (lflag & EXTPROC && !literal) {
		line_add(tty, c);
	} else if (literal || !c) {
		start_by_any(tty);
		plain(tty, c, false);
	} else {
		special(tty, c, seen);
	}
}

/* Is there room for what one character can become? A line that fills the ring still takes its end, or what erases it:
 * each such character takes the last one's place. */
static bool make_room(struct tty *tty)
{
	s32 room = RING - ring_count(tty);

	if (has(tty->termios.iflag, PARMRK))
		room = (room + 2) / 3;
	if (--room > 0)
		return true;
	if (!tty->canonical || tty->complete != tty->tail)
		return false;
	if (room < 0)
		tty->head--;
	return true;
}

static void received(struct tty *tty)
{
	if (tty->canonical && tty->complete == tty->tail && ring_count(tty) >= RING)
		tty->head--;
	echo_all(tty);
	if (!by_lines(tty) && ring_count(tty))
		wake_all_for(&tty->readers, EVENTS_IN);
}

void tty_input_go_on(struct tty *tty)
{
	u8 c;

	if (!tty->backlog.count)
		return;
	while (tty->backlog.count && make_room(tty)) {
		queue_take(&tty->backlog, &c, 1);
		bool seen = tty->seen;
		tty->seen -= seen;
		one(tty, c, seen);
	}
	received(tty);
}

/* Of what nobody has room for, VSTART and VSTOP work all the same. */
static void look_ahead(struct tty *tty, const u8 *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		flow_key(tty, s[i], false);
	tty->seen = tty->backlog.count;
}

void tty_input(struct tty *tty, const u8 *s, size_t n)
{
	size_t i = 0;

	if (!tty->backlog.count) {
		for (; i < n && make_room(tty); i++)
			one(tty, s[i], false);
		received(tty);
	}
	if (i < n)
		look_ahead(tty, s + i, queue_add(&tty->backlog, s + i, n - i));
}
