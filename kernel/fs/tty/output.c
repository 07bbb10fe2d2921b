/* What goes to the screen: c_oflag, and the echo of what is typed. */
#include "tty.h"

#define CHUNK	256
#define TAB	8

struct chunk {
	char text[CHUNK];
	u32 len;
	long error;
};

static void put(struct tty *tty, struct chunk *k, char c)
{
	if (k->len == sizeof(k->text)) {
		long n = tty->write(tty, k->text, k->len);
		if (n < 0)
			k->error = n;
		k->len = 0;
	}
	k->text[k->len++] = c;
}

static bool is_control(u8 c)
{
	return c < 0x20 || c == 0x7f;
}

static void put_tab(struct tty *tty, struct chunk *k)
{
	u32 n = TAB - tty->column % TAB;

	tty->column += n;
	if ((tty->termios.oflag & XTABS) != XTABS) {
		put(tty, k, '\t');
		return;
	}
	while (n--)
		put(tty, k, ' ');
}

static void put_processed(struct tty *tty, struct chunk *k, u8 c)
{
	u32 oflag = tty->termios.oflag;

	switch (c) {
	case '\n':
		if (oflag & (ONLCR | ONLRET))
			tty->column = 0;
		if (oflag & ONLCR)
			put(tty, k, '\r');
		break;
	case '\r':
		if (oflag & ONOCR && !tty->column)
			return;
		if (oflag & OCRNL)
			c = '\n';
		if (c == '\r' || oflag & ONLRET)
			tty->column = 0;
		break;
	case '\t':
		put_tab(tty, k);
		return;
	case '\b':
		if (tty->column)
			tty->column--;
		break;
	default:
		if (!is_control(c) && !is_continuation(tty, c))
			tty->column++;
	}
	put(tty, k, c);
}

long tty_output(struct tty *tty, const char *s, size_t n)
{
	struct chunk k;

	k.len = 0;
	k.error = 0;
	if (!mode(tty->termios.oflag, OPOST))
		return tty->write(tty, s, n);
	for (size_t i = 0; i < n && !k.error; i++)
		put_processed(tty, &k, s[i]);
	if (k.len && !k.error) {
		long r = tty->write(tty, k.text, k.len);
		k.error = min(r, 0L);
	}
	return k.error ? k.error : (long)n;
}

void output_go_on(struct tty *tty)
{
	tty->stopped = false;
	wake_all(&tty->writers);
}

void echo_text(struct tty *tty, const char *s)
{
	tty_output(tty, s, strlen(s));
}

void echo(struct tty *tty, u8 c)
{
	char text[] = { '^', c ^ 0x40, 0 };

	if (mode(tty->termios.lflag, ECHOCTL) && is_control(c) && c != '\t' && c != '\n')
		echo_text(tty, text);
	else
		tty_output(tty, (char *)&c, 1);
}

u32 echo_width(struct tty *tty, u8 c, u32 column)
{
	if (c == '\t')
		return TAB - column % TAB;
	if (is_control(c))
		return mode(tty->termios.lflag, ECHOCTL) ? 2 : 0;
	return !is_continuation(tty, c);
}
