/* Editing of a line (ICANON): until its end is typed, nobody can read it. */
#include "tty.h"

static bool echoes(u32 bit)
{
	return mode(tty.termios.lflag, ECHO) && mode(tty.termios.lflag, bit);
}

void edit_commit(void)
{
	for (u32 i = 0; i < tty.len; i++)
		ready_add(tty.line[i]);
	tty.len = 0;
}

static void end_line(u16 end)
{
	edit_commit();
	ready_add(end);
	tty.line_column = tty.column;
}

/* Where on the screen character I of the line begins. */
static u32 column_of(u32 i)
{
	u32 column = tty.line_column;

	for (u32 k = 0; k < i; k++)
		column += echo_width(tty.line[k], column);
	return column;
}

/* Takes back the last character, with all bytes of it. */
static void rub_out(void)
{
	u32 before = column_of(tty.len);

	while (tty.len && is_continuation(tty.line[tty.len - 1]))
		tty.len--;
	if (tty.len)
		tty.len--;
	if (!echoes(ECHOE))
		return;
	bool tab = tty.line[tty.len] == '\t';
	for (u32 n = before - column_of(tty.len); n; n--)
		echo_text(tab ? "\b" : "\b \b");
}

static void erase(u8 c)
{
	if (!tty.len)
		return;
	if (mode(tty.termios.lflag, ECHO) && !mode(tty.termios.lflag, ECHOE))
		echo(c);
	rub_out();
}

static bool in_word(u8 c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' || c >= 0x80;
}

static void erase_word(void)
{
	while (tty.len && !in_word(tty.line[tty.len - 1]))
		rub_out();
	while (tty.len && in_word(tty.line[tty.len - 1]))
		rub_out();
}

static void kill_line(u8 c)
{
	if (echoes(ECHOK) && mode(tty.termios.lflag, ECHOKE) && mode(tty.termios.lflag, ECHOE)) {
		while (tty.len)
			rub_out();
		return;
	}
	tty.len = 0;
	if (!mode(tty.termios.lflag, ECHO))
		return;
	echo(c);
	if (mode(tty.termios.lflag, ECHOK))
		echo('\n');
}

static void reprint(u8 c)
{
	echo(c);
	echo('\n');
	tty.line_column = tty.column;
	for (u32 i = 0; i < tty.len; i++)
		echo(tty.line[i]);
}

static void add(u8 c)
{
	if (tty.len == sizeof(tty.line) - 1 || ready_count() + tty.len >= READY_SIZE - 2) {
		if (mode(tty.termios.iflag, IMAXBEL))
			echo_text("\a");
		return;
	}
	if (!tty.len)
		tty.line_column = tty.column;
	tty.line[tty.len++] = c;
	if (mode(tty.termios.lflag, ECHO))
		echo(c);
}

/* Keys of IEXTEN. */
static bool extended(u8 c)
{
	if (!mode(tty.termios.lflag, IEXTEN))
		return false;
	if (is(c, VWERASE)) {
		erase_word();
	} else if (is(c, VREPRINT) && mode(tty.termios.lflag, ECHO)) {
		reprint(c);
	} else if (is(c, VLNEXT)) {
		tty.literal = true;
		if (echoes(ECHOCTL))
			echo_text("^\b");
	} else {
		return false;
	}
	return true;
}

void edit_input(u8 c)
{
	if (tty.literal) {
		tty.literal = false;
		add(c);
	} else if (is(c, VERASE)) {
		erase(c);
	} else if (is(c, VKILL)) {
		kill_line(c);
	} else if (extended(c)) {
		return;
	} else if (c == '\n') {
		if (tty.termios.lflag & (ECHO | ECHONL))
			echo(c);
		end_line(c | LINE_END);
	} else if (is(c, VEOF)) {
		end_line(END_OF_FILE);
	} else if (is(c, VEOL) || (is(c, VEOL2) && mode(tty.termios.lflag, IEXTEN))) {
		if (mode(tty.termios.lflag, ECHO))
			echo(c);
		end_line(c | LINE_END);
	} else {
		add(c);
	}
}
