/* What a terminal does: reads in its modes, and shows what came. */
#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static struct termios cooked;
static volatile int caught;

static void handler(int sig)
{
	caught = sig;
}

static void read_and_show(const char *what)
{
	unsigned char b[20];
	long n = read(0, b, sizeof(b));

	printf("%s: %ld", what, n);
	for (long i = 0; i < n; i++)
		printf(" %02x", b[i]);
	printf(".\r\n");
}

/* Signals are blocked elsewhere: none comes too early. */
static void wait_for_signal(void)
{
	struct pollfd p = { 0, POLLIN, 0 };
	sigset_t none;

	sigemptyset(&none);
	int n = ppoll(&p, 1, NULL, &none);
	printf("ppoll: %d, signal %d.\r\n", n, caught);
}

static void show_size(void)
{
	struct winsize w;

	ioctl(0, TIOCGWINSZ, &w);
	printf("size %d %d.\n", w.ws_row, w.ws_col);
}

static void show_modes(void)
{
	printf("terminal %d %d %d, named %d, group %d\n", isatty(0), isatty(1), isatty(2), ttyname(0) != NULL, tcgetpgrp(0) == getpgrp());
	printf("modes %x %x %x %x\n", cooked.c_iflag, cooked.c_oflag, cooked.c_cflag, cooked.c_lflag);
	for (int i = 0; i < 17; i++)
		printf("%d ", cooked.c_cc[i]);
	show_size();
}

static void set_raw(int min, int time)
{
	struct termios raw = cooked;

	cfmakeraw(&raw);
	raw.c_cc[VMIN] = min;
	raw.c_cc[VTIME] = time;
	tcsetattr(0, TCSANOW, &raw);
}

static void poll_and_show(int timeout)
{
	struct pollfd p = { 0, POLLIN, 0 };
	int n, waiting = -1;

	n = poll(&p, 1, timeout);
	ioctl(0, FIONREAD, &waiting);
	printf("poll: %d %x, %d wait.\r\n", n, p.revents, waiting);
}

/* With an argument it also waits for another size of the screen. */
int main(int argc, char **argv)
{
	struct sigaction act = { .sa_handler = handler };
	struct termios t;

	sigemptyset(&act.sa_mask);
	sigaddset(&act.sa_mask, SIGINT);
	sigaddset(&act.sa_mask, SIGQUIT);
	sigprocmask(SIG_BLOCK, &act.sa_mask, NULL);
	setvbuf(stdout, NULL, _IONBF, 0);
	tcgetattr(0, &cooked);
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGQUIT, &act, NULL);
	sigaction(SIGWINCH, &act, NULL);
	show_modes();
	for (int i = 0; i < 8; i++)
		read_and_show("line");
	wait_for_signal();
	wait_for_signal();
	set_raw(1, 0);
	printf("raw.\r\n");
	for (int i = 0; i < 4; i++)
		read_and_show("key");
	set_raw(0, 1);
	read_and_show("nothing");
	set_raw(0, 0);
	read_and_show("nothing");
	set_raw(3, 0);
	poll_and_show(0);
	read_and_show("three");
	t = cooked;
	t.c_lflag &= ~ECHO;
	tcsetattr(0, TCSAFLUSH, &t);
	printf("password? ");
	read_and_show("secret");
	t.c_lflag |= ECHONL;
	tcsetattr(0, TCSAFLUSH, &t);
	printf("password? ");
	read_and_show("secret");
	t = cooked;
	t.c_iflag &= ~ICRNL;
	t.c_lflag &= ~(ECHOCTL | ISIG | ECHOE);
	t.c_cc[VEOL] = ';';
	tcsetattr(0, TCSAFLUSH, &t);
	printf("odd? ");
	read_and_show("odd");
	tcsetattr(0, TCSAFLUSH, &cooked);
	tcflow(1, TCOOFF);
	tcflow(1, TCOON);
	printf("end? ");
	read_and_show("end");
	while (argc > 1 && caught != SIGWINCH)
		pause();
	if (argc > 1)
		show_size();
	return 3;
}
