/* Asks the terminal that a session leader has as standard input all that can be asked: modes, its session, every ioctl. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static void hup(int sig)
{
	printf("signal %d\n", sig);
}

static const char *result(long r)
{
	return r < 0 ? strerrorname_np(errno) : "ok";
}

static void session(const char *what)
{
	int fd = open("/dev/tty", O_RDWR);

	printf("%s: leads %d", what, getsid(0) == getpid());
	printf(", group %d", tcgetpgrp(0) == getpgrp());
	printf(", session %d", tcgetsid(0) == getsid(0));
	printf(", /dev/tty %s", result(fd));
	if (fd >= 0)
		printf(" group %d session %d tty %d %s", tcgetpgrp(fd) == getpgrp(), tcgetsid(fd) == getsid(0), isatty(fd), ttyname(fd));
	printf("\n");
	close(fd);
}

static void ioctls(void *arg, const char *what)
{
	static const unsigned char not[] = { 0x0e, 0x22, 0x37, 0x1d, 0x12, 0x57, 0x10, 0x41, 0x50, 0x51, 0x21, 0x52, 0x1e, 0x1f, 0x34,
		0x38, 0x1c, 0x02, 0x03, 0x04, 0x06, 0x07, 0x08, 0x0a, 0x0b, 0x1a, 0x14, 0x0c };
	char room[256] = "";

	for (unsigned i = 0; i < 0x60; i++) {
		if (memchr(not, i, sizeof(not)))
			continue;
		int r = ioctl(0, 0x5400 + i, arg ? arg : room);
		printf("%s %02x %s%c", what, i, result(r), i % 8 == 7 ? '\n' : ';');
	}
	printf("\n%s 5432 %s, 542a %s\n", what, result(ioctl(0, TIOCGDEV, arg ? arg : room)), result(ioctl(0, 0x802c542a, arg ? arg : room)));
}

int main(void)
{
	struct termios t;
	struct winsize w;

	setvbuf(stdout, NULL, _IONBF, 0);
	tcgetattr(0, &t);
	printf("modes %x %x %x %x, line %d, keys", t.c_iflag, t.c_oflag, t.c_cflag, t.c_lflag, t.c_line);
	for (int i = 0; i < 17; i++)
		printf(" %d", t.c_cc[i]);
	printf(", speed %x %x\n", cfgetispeed(&t), cfgetospeed(&t));
	ioctl(0, TIOCGWINSZ, &w);
	printf("size %d %d\n", w.ws_row, w.ws_col);
	session("at first");
	ioctls(NULL, "good");
	ioctls((void *)16, "bad");
	printf("set group %s", result(tcsetpgrp(0, getpgrp())));
	printf(", negative %s", result(tcsetpgrp(0, -1)));
	printf(", none %s\n", result(tcsetpgrp(0, 99999999)));
	signal(SIGHUP, hup);
	printf("take %s\n", result(ioctl(0, TIOCSCTTY, 0)));
	printf("give up %s\n", result(ioctl(0, TIOCNOTTY)));
	session("without");
	printf("again %s\n", result(ioctl(0, TIOCNOTTY)));
	printf("take %s\n", result(ioctl(0, TIOCSCTTY, 0)));
	session("taken");
	signal(SIGHUP, SIG_IGN);
	printf("end.\n");
	return 3;
}
