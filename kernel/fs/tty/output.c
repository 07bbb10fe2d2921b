/* What goes to the screen: c_oflag, and stopping it. */
#include "tty.h"

#define TAB	8

void out_begin(struct out *o, struct tty *tty)
{
	o->tty = tty;
	o->room = tty->stopped ? 0 : tty->device->room ? tty->device->room(tty) : ~0u;
	o->len = 0;
	o->error = 0;
}

void out_end(struct out *o)
{
	if (o->len && !o->error) {
		long n = o->tty->device->write(o->tty, o->text, o->len);
		o->error = min(n, 0L);
	}
	o->len = 0;
}

void out_put(struct out *o, char c)
{
	if (o->len == sizeof(o->text))
		out_end(o);
	o->text[o->len++] = c;
	o->room--;
}

static bool put_tab(struct out *o)
{
	u32 n = TAB - o->tty->column % TAB;
	bool spaces = (o->tty->termios.oflag & XTABS) == XTABS;

	if (spaces && o->room < n)
		return false;
	o->tty->column += n;
	if (!spaces)
		out_put(o, '\t');
	while (spaces && n--)
		out_put(o, ' ');
	return true;
}

static bool put_newline(struct out *o)
{
	struct tty *tty = o->tty;

	if (has(tty->termios.oflag, ONLCR)) {
		if (o->room < 2)
			return false;
		tty->column = 0;
		out_put(o, '\r');
	} else if (has(tty->termios.oflag, ONLRET)) {
		tty->column = 0;
	}
	tty->line_column = tty->column;
	out_put(o, '\n');
	return true;
}

static void put_return(struct out *o)
{
	struct tty *tty = o->tty;
	u32 oflag = tty->termios.oflag;

	if (oflag & ONOCR && !tty->column)
		return;
	if (!(oflag & OCRNL) || oflag & ONLRET)
		tty->line_column = tty->column = 0;
	out_put(o, oflag & OCRNL ? '\n' : '\r');
}

bool out_processed(struct out *o, u8 c)
{
	struct tty *tty = o->tty;

	if (!o->room)
		return false;
	switch (c) {
	case '\n':
		return put_newline(o);
	case '\r':
		put_return(o);
		return true;
	case '\t':
		return put_tab(o);
	case '\b':
		if (tty->column)
			tty->column--;
		break;
	default:
		if (is_control(c))
			break;
		if (has(tty->termios.oflag, OLCUC) && is_letter(c, false))
			c -= 'a' - 'A';
		if (!is_continuation(tty, c))
			tty->column++;
	}
	out_put(o, c);
	return true;
}

long output_some(struct tty *tty, const char *s, size_t n)
{
	struct out o;
	size_t done = 0;

	out_begin(&o, tty);
	if (!has(tty->termios.oflag, OPOST)) {
		done = min(n, (size_t)o.room);
		long r = done ? tty->device->write(tty, s, done) : 0;
		return r < 0 ? r : (long)done;
	}
	while (done < n && !o.error && out_processed(&o, s[done]))
		done++;
	out_end(&o);
	return o.error ? o.error : (long)done;
}

void output_stop(struct tty *tty)
{
	if (tty->stopped)
		return;
	tty->stopped = true;
	if (tty->device->status)
		tty->device->status(tty, TIOCPKT_START, TIOCPKT_STOP);
}

void output_start(struct tty *tty)
{
	if (!tty->stopped || tty->held)
		return;
	tty->stopped = false;
	if (tty->device->status)
		tty->device->status(tty, TIOCPKT_STOP, TIOCPKT_START);
	wake_all_for(&tty->writers, POLLOUT | POLLWRNORM);
}
