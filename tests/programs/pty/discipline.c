/* The line discipline under random modes and random typing. Only what is the same on every run is printed: each step waits
 * until all that was written has arrived, which poll() does where it finds nothing to read, and reads all there is.
 * Arguments: rounds, the first seed, and anything to see every step. */
#define _GNU_SOURCE
#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int master, slave;
static struct termios2 modes;
static int packet, verbose;
static uint64_t state, hash;

static uint32_t rnd(uint32_t n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33) % n;
}

static void note(const char *fmt, ...)
{
	char line[64000];
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (n >= (int)sizeof(line))
		n = sizeof(line) - 1;
	for (int i = 0; i < n; i++)
		hash = (hash ^ (unsigned char)line[i]) * 1099511628211u;
	if (verbose)
		fputs(line, stdout);
}

static void note_bytes(const char *what, const unsigned char *b, int n)
{
	char line[50000];
	int len = 0;

	if (!n)
		return;
	for (int i = 0; i < n && len < (int)sizeof(line) - 8; i++)
		len += sprintf(line + len, b[i] < 0x20 || b[i] >= 0x7f || b[i] == '\\' ? "\\%02x" : "%c", b[i]);
	note("  %s %d: %s\n", what, n, line);
}

static int readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) > 0 && p.revents & POLLIN;
}

/* All that the slave can read. An end of file in between shows. */
static void drain_slave(void)
{
	unsigned char all[20000];
	int n = 0, ends = 0, lines = modes.c_lflag & ICANON;

	for (;;) {
		int more = readable(slave);
		long r = read(slave, all + n, 300 < sizeof(all) - n ? 300 : sizeof(all) - n);
		if (r > 0) {
			n += r;
			if (lines && !(modes.c_lflag & EXTPROC)) {
				note_bytes("line", all, n);
				n = 0;
			}
		} else if (r < 0 || !lines) {
			if (!more)
				break;
		} else if (ends++ < 100) {
			note_bytes("before end", all, n);
			note("  end of file\n");
			n = 0;
		}
	}
	note_bytes("read", all, n);
}

static void drain_master(void)
{
	unsigned char all[30000];
	int n = 0, status = 0;

	for (;;) {
		int more = readable(master);
		long r = read(master, all + n, sizeof(all) - n);
		if (r > 0 && packet) {
			status |= all[n];
			r--;
			memmove(all + n, all + n + 1, r);
		}
		if (r > 0)
			n += r;
		else if (r < 0 && !more)
			break;
	}
	if (status)
		note("  status %x\n", status);
	note_bytes("shown", all, n);
}

static void settle(void)
{
	drain_slave();
	drain_master();
	drain_slave();
}

static unsigned some(unsigned bits, unsigned percent)
{
	unsigned r = 0;

	for (unsigned b = 1; b; b <<= 1)
		if (bits & b && rnd(100) < percent)
			r |= b;
	return r;
}

static void random_modes(void)
{
	static const unsigned char keys[] = { 3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22, 0, 0, 0 };

	if (rnd(3)) {
		modes.c_iflag = some(ISTRIP | INLCR | IGNCR | IUCLC | IXANY | PARMRK | IGNBRK | BRKINT | IGNPAR | INPCK | IMAXBEL, 15) |
			some(ICRNL | IXON | IUTF8, 60);
		modes.c_oflag = some(OPOST | ONLCR, 75) | some(OLCUC | OCRNL | ONOCR | ONLRET | XTABS | OFILL | OFDEL, 20);
		modes.c_lflag = some(ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN, 75) |
			some(ISIG | XCASE | ECHONL | NOFLSH | ECHOPRT | TOSTOP | FLUSHO | PENDIN, 30) | some(EXTPROC, 8);
	} else {
		modes.c_lflag ^= 1u << rnd(17);
		modes.c_oflag ^= 1u << rnd(6);
		modes.c_iflag ^= 1u << rnd(15);
	}
	memcpy(modes.c_cc, keys, sizeof(keys));
	if (!rnd(4))
		for (int i = 0; i < 3; i++)
			modes.c_cc[rnd(17)] = "abcdefX\r\n\t\b\0\377\303z/"[rnd(16)];
	modes.c_cc[VMIN] = rnd(4);
	modes.c_cc[VTIME] = 0;
	if (rnd(3))
		modes.c_cc[VEOL] = rnd(3) ? 0 : 'e';
	note("modes %x %x %x\n", modes.c_iflag, modes.c_oflag, modes.c_lflag);
	unsigned how[] = { TCSETS2, TCSETSW2, TCSETSF2 };
	note("  %d\n", ioctl(rnd(4) ? slave : master, how[rnd(8) ? 0 : rnd(3)], &modes));
	ioctl(slave, TCGETS2, &modes);
	note("  %x %x %x %x\n", modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag);
	settle();
}

static unsigned char key(void)
{
	static const char usual[] = "abcdefghijXYZ 019_/.,-";
	static const unsigned char controls[] = { 127, 127, 21, 4, 23, 22, 18, '\n', '\n', '\r', '\t', '\t', '\b', 1, 27, 0, 255, 17, 19 };

	switch (rnd(10)) {
	case 0: case 1: case 2:
		return controls[rnd(sizeof(controls))];
	case 3:
		return modes.c_cc[rnd(17)];
	case 4:
		return rnd(4) ? rnd(128) : rnd(256);
	}
	return usual[rnd(sizeof(usual) - 1)];
}

/* A key that flushes queues goes alone: what is on its way at that moment would be a matter of time. */
static int flushes(unsigned char c)
{
	unsigned char low = modes.c_iflag & ISTRIP ? c & 0x7f : c;

	return modes.c_lflag & ISIG && (low == modes.c_cc[VINTR] || low == modes.c_cc[VQUIT] || low == modes.c_cc[VSUSP]);
}

static void type(const unsigned char *s, int n)
{
	while (n) {
		int k = 1;
		while (!flushes(s[0]) && k < n && !flushes(s[k]))
			k++;
		note_bytes("type", s, k);
		if (write(master, s, k) != k)
			note("  short\n");
		settle();
		s += k;
		n -= k;
	}
}

static void random_typing(void)
{
	unsigned char s[64];
	int n = 1 + rnd(rnd(4) ? 12 : 50), used = 0;

	while (used < n) {
		if (!rnd(12)) {	/* a character of UTF-8 */
			static const char *const many[] = { "\303\244", "\342\202\254", "\360\237\230\200", "\304\200" };
			const char *m = many[rnd(4)];
			if (used + strlen(m) > sizeof(s))
				break;
			memcpy(s + used, m, strlen(m));
			used += strlen(m);
		} else {
			s[used++] = key();
		}
	}
	type(s, used);
}

static void random_output(void)
{
	unsigned char s[64];
	int n = 1 + rnd(40);

	for (int i = 0; i < n; i++)
		s[i] = key();
	note_bytes("write", s, n);
	long r = write(slave, s, n);
	note("  %ld %s\n", r, r < 0 ? strerror(errno) : "");
	settle();
}

static void random_control(void)
{
	int n = -1, arg = rnd(4), fd = rnd(5) ? slave : master;

	switch (rnd(6)) {
	case 0:
		note("flow %d %d\n", fd == slave, arg);
		note("  %d\n", ioctl(fd == master && arg < 2 ? slave : fd, TCXONC, arg));
		break;
	case 1:
		note("flush %d %d\n", fd == slave, arg % 3);
		note("  %d\n", ioctl(fd, TCFLSH, arg % 3));
		break;
	case 2:
		ioctl(slave, FIONREAD, &n);
		note("waiting %d\n", n);
		ioctl(master, FIONREAD, &n);
		note("waiting %d\n", n);
		break;
	case 3:
		packet = arg & 1;
		note("packet %d %d\n", packet, ioctl(master, TIOCPKT, &packet));
		break;
	case 4:
		note("simulate %d\n", ioctl(slave, TIOCSTI, arg & 1 ? "q" : "\n"));
		break;
	case 5:
		if (modes.c_lflag & ICANON && !(modes.c_lflag & EXTPROC)) {	/* the end of a line that does not end */
			modes.c_lflag ^= ICANON;
			note("raw %d\n", ioctl(slave, TCSETS2, &modes));
			settle();
			modes.c_lflag ^= ICANON;
			note("lines %d\n", ioctl(slave, TCSETS2, &modes));
		}
		break;
	}
	settle();
}

static void go_on(void)
{
	int off = 0;

	packet = 0;
	ioctl(master, TIOCPKT, &off);
	ioctl(slave, TCXONC, TCOON);
	ioctl(slave, TCFLSH, TCIOFLUSH);
	modes.c_iflag = 0;
	ioctl(slave, TCSETS2, &modes);
	settle();
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 3000, seed = argc > 2 ? atoi(argv[2]) : 1, number, off = 0;

	verbose = argc > 3;
	master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK);
	ioctl(master, TIOCSPTLCK, &off);
	if (master < 0 || ioctl(master, TIOCGPTN, &number))
		return perror("ptmx"), 1;
	slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_NONBLOCK);
	ioctl(slave, TCGETS2, &modes);
	hash = 14695981039346656037u;
	for (int i = 0; i < rounds; i++) {
		state = (uint64_t)seed * 1000003 + i;
		rnd(1);
		note("round %d\n", i);
		if (i % 20 == 0)
			go_on();
		switch (rnd(8)) {
		case 0: case 1:
			random_modes();
			break;
		case 2: case 3:
			random_output();
			break;
		case 4:
			random_control();
			break;
		default:
			random_typing();
		}
		if (i % 100 == 99)
			printf("%d: %016lx\n", i + 1, hash);
	}
	return 0;
}
