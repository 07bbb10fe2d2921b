/* What is typed: c_iflag, keys that send signals or stop output, and the ring
 * of what can be read. */
#include "tty.h"

void ready_add(struct tty *tty, u16 entry)
{
	if (ready_count(tty) == READY_SIZE)
		return;
	tty->ready[tty->head++ % READY_SIZE] = entry;
	tty->lines += entry > 0xff;
	wake_all(&tty->readers);
}

void ready_flush(struct tty *tty)
{
	tty->tail = tty->head;
	tty->lines = 0;
	tty->len = 0;
	tty->literal = false;
}

static bool signal_key(struct tty *tty, u8 c)
{
	int sig = is(tty, c, VINTR) ? SIGINT : is(tty, c, VQUIT) ? SIGQUIT : is(tty, c, VSUSP) ? SIGTSTP : 0;

	if (!sig || !mode(tty->termios.lflag, ISIG))
		return false;
	if (!mode(tty->termios.lflag, NOFLSH))
		ready_flush(tty);
	if (mode(tty->termios.iflag, IXON))
		output_go_on(tty);
	if (mode(tty->termios.lflag, ECHO))
		echo(tty, c);
	tty->line_column = tty->column;
	if (signal_send)
		signal_send(NULL, sig);
	else if (sig != SIGTSTP)
		vm_exit('s', sig);
	return true;
}

/* Keys that stop output and let it go on. */
static bool flow_key(struct tty *tty, u8 c)
{
	if (!mode(tty->termios.iflag, IXON))
		return false;
	if (is(tty, c, VSTART)) {
		output_go_on(tty);
		return true;
	}
	if (is(tty, c, VSTOP)) {
		tty->stopped = true;
		return true;
	}
	if (tty->stopped && mode(tty->termios.iflag, IXANY))
		output_go_on(tty);
	return false;
}

static void raw_input(struct tty *tty, u8 c)
{
	if (mode(tty->termios.lflag, ECHO))
		echo(tty, c);
	if (ready_count(tty) < READY_SIZE - 1)
		ready_add(tty, c);
}

void tty_input(struct tty *tty, u8 c)
{
	u32 iflag = tty->termios.iflag;

	if (!tty->literal) {
		if (iflag & ISTRIP)
			c &= 0x7f;
		if (c == '\r') {
			if (iflag & IGNCR)
				return;
			if (iflag & ICRNL)
				c = '\n';
		} else if (c == '\n' && iflag & INLCR) {
			c = '\r';
		}
		if (flow_key(tty, c) || signal_key(tty, c))
			return;
	}
	if (mode(tty->termios.lflag, ICANON))
		edit_input(tty, c);
	else
		raw_input(tty, c);
}
