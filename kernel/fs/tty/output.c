/* What goes to the screen: c_oflag, and the echo of what is typed. */
#include "tty.h"

#define CHUNK	256
#define TAB	8

struct chunk {
	char text[CHUNK];
	u32 len;
	long error;
};

static void put(struct chunk *k, char c)
{
	if (k->len == sizeof(k->text)) {
		long n = console->write(k->text, k->len);
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

static void put_tab(struct chunk *k)
{
	u32 n = TAB - tty.column % TAB;

	tty.column += n;
	if ((tty.termios.oflag & XTABS) != XTABS) {
		put(k, '\t');
		return;
	}
	while (n--)
		put(k, ' ');
}

static void put_processed(struct chunk *k, u8 c)
{
	u32 oflag = tty.termios.oflag;

	switch (c) {
	case '\n':
		if (oflag & (ONLCR | ONLRET))
			tty.column = 0;
		if (oflag & ONLCR)
			put(k, '\r');
		break;
	case '\r':
		if (oflag & ONOCR && !tty.column)
			return;
		if (oflag & OCRNL)
			c = '\n';
		if (c == '\r' || oflag & ONLRET)
			tty.column = 0;
		break;
	case '\t':
		put_tab(k);
		return;
	case '\b':
		if (tty.column)
			tty.column--;
		break;
	default:
		if (!is_control(c) && !is_continuation(c))
			tty.column++;
	}
	put(k, c);
}

long tty_output(const char *s, size_t n)
{
	struct chunk k;

	k.len = 0;
	k.error = 0;
	if (!mode(tty.termios.oflag, OPOST))
		return console->write(s, n);
	for (size_t i = 0; i < n && !k.error; i++)
		put_processed(&k, s[i]);
	if (k.len && !k.error) {
		long r = console->write(k.text, k.len);
		k.error = min(r, 0L);
	}
	return k.error ? k.error : (long)n;
}

void output_go_on(void)
{
	tty.stopped = false;
	wake_all(&tty.writers);
}

void echo_text(const char *s)
{
	tty_output(s, strlen(s));
}

void echo(u8 c)
{
	char text[] = { '^', c ^ 0x40, 0 };

	if (mode(tty.termios.lflag, ECHOCTL) && is_control(c) && c != '\t' && c != '\n')
		echo_text(text);
	else
		tty_output((char *)&c, 1);
}

u32 echo_width(u8 c, u32 column)
{
	if (c == '\t')
		return TAB - column % TAB;
	if (is_control(c))
		return mode(tty.termios.lflag, ECHOCTL) ? 2 : 0;
	return !is_continuation(c);
}
