/* Editing of a line (ICANON): until its end is typed, nobody can read it. */
#include "tty.h"

/* As Linux's ctype has it, which takes characters over 0x7f for ISO 8859-1. */
bool is_letter(u8 c, bool upper)
{
	u8 low = upper ? c : c - 0x20;

	return (low >= 'A' && low <= 'Z') || (low >= 0xc0 && low <= 0xde && low != 0xd7) || (!upper && (c == 0xdf || c == 0xff));
}

static bool in_word(u8 c)
{
	return (c >= '0' && c <= '9') || c == '_' || is_letter(c, true) || is_letter(c, false);
}

static void finish_erasing(struct tty *tty)
{
	if (tty->erasing)
		echo_raw(tty, '/');
	tty->erasing = false;
}

/* Columns of the characters before I, back to a tab or the beginning of the line. */
static void echo_tab_erased(struct tty *tty, u32 i)
{
	u32 columns = 0;
	bool after_tab = false;

	while (i != tty->complete && !after_tab) {
		u8 c = tty->ring[--i % RING];
		if (c == '\t')
			after_tab = true;
		else if (is_control(c))
			columns += has(tty->termios.lflag, ECHOCTL) ? 2 : 0;
		else if (!is_continuation(tty, c))
			columns++;
	}
	echo_erase_tab(tty, columns, after_tab);
}

static void echo_blank(struct tty *tty)
{
	for (const char *s = "\b \b"; *s; s++)
		echo_raw(tty, *s);
}

/* ECHOPRT: what is erased is shown again, between \ and /. N bytes from FROM on. */
static void echo_printed(struct tty *tty, u32 from, u32 n)
{
	if (!tty->erasing)
		echo_raw(tty, '\\');
	tty->erasing = true;
	echo(tty, tty->ring[from % RING]);
	while (--n) {
		echo_raw(tty, tty->ring[++from % RING]);
		echo_back_column(tty);
	}
}

static void echo_erased(struct tty *tty, u32 from, u32 n, bool one)
{
	u8 c = tty->ring[from % RING];
	u32 lflag = tty->termios.lflag;

	if (!has(lflag, ECHO))
		return;
	if (lflag & ECHOPRT) {
		echo_printed(tty, from, n);
	} else if (one && !has(lflag, ECHOE)) {
		echo(tty, tty->termios.cc[VERASE]);
	} else if (c == '\t') {
		echo_tab_erased(tty, from);
	} else if (!is_control(c) || lflag & ECHOCTL) {
		echo_blank(tty);
		if (is_control(c))
			echo_blank(tty);
	}
}

/* Where the last character begins, or HEAD: it is not whole. */
static u32 last_character(const struct tty *tty)
{
	u32 i = tty->head;

	do
		i--;
	while (is_continuation(tty, tty->ring[i % RING]) && i != tty->complete);
	return is_continuation(tty, tty->ring[i % RING]) ? tty->head : i;
}

static void kill_shortly(struct tty *tty)
{
	tty->head = tty->complete;
	if (!has(tty->termios.lflag, ECHO))
		return;
	finish_erasing(tty);
	echo(tty, tty->termios.cc[VKILL]);
	if (has(tty->termios.lflag, ECHOK))
		echo_raw(tty, '\n');
}

static void erase(struct tty *tty, u8 key)
{
	bool one = is(tty, key, VERASE), word = !one && is(tty, key, VWERASE), in = false;
	u32 shown = ECHO | ECHOK | ECHOKE | ECHOE;

	if (tty->head == tty->complete)
		return;
	if (!one && !word && (tty->termios.lflag & shown) != shown) {
		kill_shortly(tty);
		return;
	}
	while (tty->head != tty->complete) {
		u32 from = last_character(tty);
		if (from == tty->head)
			break;
		u8 c = tty->ring[from % RING];
		if (word && !in_word(c) && in)
			break;
		in |= in_word(c);
		u32 n = tty->head - from;
		tty->head = from;
		echo_erased(tty, from, n, one);
		if (one)
			break;
	}
	if (tty->head == tty->complete && has(tty->termios.lflag, ECHO))
		finish_erasing(tty);
}

static void literal_next(struct tty *tty)
{
	tty->literal = true;
	if (!has(tty->termios.lflag, ECHO))
		return;
	finish_erasing(tty);
	if (!has(tty->termios.lflag, ECHOCTL))
		return;
	echo_raw(tty, '^');
	echo_raw(tty, '\b');
	echo_commit(tty);
}

static void reprint(struct tty *tty, u8 c)
{
	finish_erasing(tty);
	echo(tty, c);
	echo_raw(tty, '\n');
	for (u32 i = tty->complete; i != tty->head; i++)
		echo(tty, tty->ring[i % RING]);
	echo_commit(tty);
}

static void end_line(struct tty *tty, u8 c)
{
	if (has(tty->termios.lflag, ECHO)) {
		if (tty->complete == tty->head)
			echo_line_begins(tty);
		echo(tty, c);
		echo_commit(tty);
	}
	if (c == 0xff && has(tty->termios.iflag, PARMRK))
		line_add(tty, c);
	line_complete(tty, c);
}

bool edit_input(struct tty *tty, u8 c)
{
	u32 lflag = tty->termios.lflag;
	bool extended = has(lflag, IEXTEN);

	if (is(tty, c, VERASE) || is(tty, c, VKILL) || (is(tty, c, VWERASE) && extended)) {
		erase(tty, c);
		echo_commit(tty);
	} else if (is(tty, c, VLNEXT) && extended) {
		literal_next(tty);
	} else if (is(tty, c, VREPRINT) && lflag & ECHO && extended) {
		reprint(tty, c);
	} else if (c == '\n') {
		if (lflag & (ECHO | ECHONL)) {
			echo_raw(tty, c);
			echo_commit(tty);
		}
		line_complete(tty, c);
	} else if (is(tty, c, VEOF)) {
		line_complete(tty, 0);
	} else if (is(tty, c, VEOL) || (is(tty, c, VEOL2) && extended)) {
		end_line(tty, c);
	} else {
		return false;
	}
	return true;
}

/* What begins a line, or goes on with it. RAW: a newline that is none of the keys. */
void line_echo(struct tty *tty, u8 c, bool raw)
{
	if (!has(tty->termios.lflag, ECHO))
		return;
	finish_erasing(tty);
	if (raw) {
		echo_raw(tty, c);
	} else {
		if (tty->complete == tty->head)
			echo_line_begins(tty);
		echo(tty, c);
	}
	echo_commit(tty);
}
