/* The echo of what is typed. It waits in a ring until there is room for it, together with what it does to the column: where
 * the cursor is can be known only when it is shown. START begins what is more than a character. */
#include "tty.h"

enum { START = 0xff, BACK_COLUMN = 0x80, LINE_BEGINS, ERASE_TAB };	/* or, behind START, a control character or START itself */

#define AFTER_TAB	0x80	/* columns count from a tab, not from where the line begins */
#define BLOCK		256
#define NEARLY_FULL	(RING - (BLOCK + 32))

static u8 at(const struct tty *tty, u32 i)
{
	return tty->echoes[i % RING];
}

static void add(struct tty *tty, u8 c)
{
	tty->echoes[tty->echo_head++ % RING] = c;
}

void echo_raw(struct tty *tty, u8 c)
{
	if (c == START)
		add(tty, START);
	add(tty, c);
}

void echo(struct tty *tty, u8 c)
{
	if (c == START || (has(tty->termios.lflag, ECHOCTL) && is_control(c) && c != '\t'))
		add(tty, START);
	add(tty, c);
}

void echo_line_begins(struct tty *tty)
{
	add(tty, START);
	add(tty, LINE_BEGINS);
}

void echo_back_column(struct tty *tty)
{
	add(tty, START);
	add(tty, BACK_COLUMN);
}

void echo_erase_tab(struct tty *tty, u32 columns, bool after_tab)
{
	add(tty, START);
	add(tty, ERASE_TAB);
	add(tty, (columns & 7) | (after_tab ? AFTER_TAB : 0));
}

static u32 length_at(const struct tty *tty, u32 i)
{
	return at(tty, i) != START ? 1 : at(tty, i + 1) == ERASE_TAB ? 3 : 2;
}

static void back(struct out *o, u32 columns)
{
	o->tty->column -= min(o->tty->column, columns);
}

/* False: there is no room. */
static bool erase_tab(struct out *o, u32 columns)
{
	u32 n = 8 - ((columns & AFTER_TAB ? columns : columns + o->tty->line_column) & 7);

	if (n > o->room)
		return false;
	back(o, n);
	while (n--)
		out_put(o, '\b');
	return true;
}

static bool show_special(struct out *o, u8 what, u8 columns)
{
	struct tty *tty = o->tty;

	switch (what) {
	case ERASE_TAB:
		return erase_tab(o, columns);
	case LINE_BEGINS:
		tty->line_column = tty->column;
		return true;
	case BACK_COLUMN:
		back(o, 1);
		return true;
	case START:
		if (!o->room)
			return false;
		out_put(o, START);
		tty->column++;
		return true;
	}
	if (o->room < 2)
		return false;
	out_put(o, '^');
	out_put(o, what ^ 0x40);
	tty->column += 2;
	return true;
}

static bool show_at(struct out *o, u32 i)
{
	struct tty *tty = o->tty;

	if (at(tty, i) == START)
		return show_special(o, at(tty, i + 1), at(tty, i + 2));
	if (has(tty->termios.oflag, OPOST))
		return out_processed(o, at(tty, i));
	if (!o->room)
		return false;
	out_put(o, at(tty, i));
	return true;
}

static bool is_full(const struct out *o)
{
	return o->len + 8 > sizeof(o->text);
}

/* The device's write may sleep: what a round shows leaves the ring first. */
static void show(struct tty *tty)
{
	struct out o;
	bool more;

	do {
		out_begin(&o, tty);
		while (tty->echo_tail != tty->echo_commit && !is_full(&o) && show_at(&o, tty->echo_tail))
			tty->echo_tail += length_at(tty, tty->echo_tail);
		more = is_full(&o);
		out_end(&o);
	} while (more);
	while (tty->echo_commit - tty->echo_tail >= NEARLY_FULL)	/* the oldest are lost */
		tty->echo_tail += length_at(tty, tty->echo_tail);
}

void echo_commit(struct tty *tty)
{
	u32 old = tty->echo_commit - tty->echo_tail, n = tty->echo_head - tty->echo_tail;

	tty->echo_mark = tty->echo_head;
	if (n < BLOCK || n % BLOCK > old % BLOCK)
		return;
	tty->echo_commit = tty->echo_head;
	show(tty);
}

void echo_go_on(struct tty *tty)
{
	if ((s32)(tty->echo_mark - tty->echo_commit) > 0)
		tty->echo_commit = tty->echo_mark;
	show(tty);
}

void echo_all(struct tty *tty)
{
	if (!(tty->termios.lflag & (ECHO | ECHONL)) || tty->echo_commit == tty->echo_head)
		return;
	tty->echo_commit = tty->echo_head;
	show(tty);
}

void echo_flush(struct tty *tty)
{
	tty->echo_head = tty->echo_mark = tty->echo_commit = tty->echo_tail = 0;
}
