/* Editing of a line (ICANON): until its end is typed, nobody can read it. */
#include "tty.h"

static bool echoes(struct tty *tty, u32 bit)
{
	return mode(tty->termios.lflag, ECHO) && mode(tty->termios.lflag, bit);
}

void edit_commit(struct tty *tty)
{
	for (u32 i = 0; i < tty->len; i++)
		ready_add(tty, tty->line[i]);
	tty->len = 0;
}

static void end_line(struct tty *tty, u16 end)
{
	edit_commit(tty);
	ready_add(tty, end);
	tty->line_column = tty->column;
}

/* Where on the screen character I of the line begins. */
static u32 column_of(struct tty *tty, u32 i)
{
	u32 column = tty->line_column;

	for (u32 k = 0; k < i; k++)
		column += echo_width(tty, tty->line[k], column);
	return column;
}

/* Takes back the last character, with all bytes of it. */
static void rub_out(struct tty *tty)
{
	u32 before = column_of(tty, tty->len);

	while (tty->len && is_continuation(tty, tty->line[tty->len - 1]))
		tty->len--;
	if (tty->len)
		tty->len--;
	if (!echoes(tty, ECHOE))
		return;
	bool tab = tty->line[tty->len] == '\t';
	for (u32 n = before - column_of(tty, tty->len); n; n--)
		echo_text(tty, tab ? "\b" : "\b \b");
}

static void erase(struct tty *tty, u8 c)
{
	if (!tty->len)
		return;
	if (mode(tty->termios.lflag, ECHO) && !mode(tty->termios.lflag, ECHOE))
		echo(tty, c);
	rub_out(tty);
}

static bool in_word(u8 c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' || c >= 0x80;
}

static void erase_word(struct tty *tty)
{
	while (tty->len && !in_word(tty->line[tty->len - 1]))
		rub_out(tty);
	while (tty->len && in_word(tty->line[tty->len - 1]))
		rub_out(tty);
}

static void kill_line(struct tty *tty, u8 c)
{
	if (echoes(tty, ECHOK) && mode(tty->termios.lflag, ECHOKE) && mode(tty->termios.lflag, ECHOE)) {
		while (tty->len)
			rub_out(tty);
		return;
	}
	tty->len = 0;
	if (!mode(tty->termios.lflag, ECHO))
		return;
	echo(tty, c);
	if (mode(tty->termios.lflag, ECHOK))
		echo(tty, '\n');
}

static void reprint(struct tty *tty, u8 c)
{
	echo(tty, c);
	echo(tty, '\n');
	tty->line_column = tty->column;
	for (u32 i = 0; i < tty->len; i++)
		echo(tty, tty->line[i]);
}

static void add(struct tty *tty, u8 c)
{
	if (tty->len == sizeof(tty->line) - 1 || ready_count(tty) + tty->len >= READY_SIZE - 2) {
		if (mode(tty->termios.iflag, IMAXBEL))
			echo_text(tty, "\a");
		return;
	}
	if (!tty->len)
		tty->line_column = tty->column;
	tty->line[tty->len++] = c;
	if (mode(tty->termios.lflag, ECHO))
		echo(tty, c);
}

/* Keys of IEXTEN. */
static bool extended(struct tty *tty, u8 c)
{
	if (!mode(tty->termios.lflag, IEXTEN))
		return false;
	if (is(tty, c, VWERASE)) {
		erase_word(tty);
	} else if (is(tty, c, VREPRINT) && mode(tty->termios.lflag, ECHO)) {
		reprint(tty, c);
	} else if (is(tty, c, VLNEXT)) {
		tty->literal = true;
		if (echoes(tty, ECHOCTL))
			echo_text(tty, "^\b");
	} else {
		return false;
	}
	return true;
}

void edit_input(struct tty *tty, u8 c)
{
	if (tty->literal) {
		tty->literal = false;
		add(tty, c);
	} else if (is(tty, c, VERASE)) {
		erase(tty, c);
	} else if (is(tty, c, VKILL)) {
		kill_line(tty, c);
	} else if (extended(tty, c)) {
		return;
	} else if (c == '\n') {
		if (tty->termios.lflag & (ECHO | ECHONL))
			echo(tty, c);
		end_line(tty, c | LINE_END);
	} else if (is(tty, c, VEOF)) {
		end_line(tty, END_OF_FILE);
	} else if (is(tty, c, VEOL) || (is(tty, c, VEOL2) && mode(tty->termios.lflag, IEXTEN))) {
		if (mode(tty->termios.lflag, ECHO))
			echo(tty, c);
		end_line(tty, c | LINE_END);
	} else {
		add(tty, c);
	}
}
