/* Both ends of pseudoterminals: names, locks, lifetimes, what each ioctl answers, readiness, waiting. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static const char *err(long r)
{
	return r < 0 ? strerrorname_np(errno) : "ok";
}

#define SAY(what, call) do { errno = 0; long r_ = (call); printf("%-28s %ld %s\n", what, r_ > 0 && r_ < 1000 ? r_ : r_ < 0 ? -1 : 0, err(r_)); } while (0)

static int master, slave, number;

/* What was written is on its way for a while: until so many bytes can be read. */
static void await(int fd, int n)
{
	for (int there = -1, i = 0; i < 10000 && !ioctl(fd, FIONREAD, &there) && there != n; i++)
		usleep(1000);
}

/* poll() itself waits for what is on its way, if there is nothing yet. */
static int readiness(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN | POLLOUT | POLLPRI | POLLRDNORM | POLLWRNORM | POLLRDHUP };

	poll(&p, 1, 0);
	return p.revents;
}

static void make(int flags)
{
	int off = 0;

	master = open("/dev/ptmx", O_RDWR | O_NOCTTY | flags);
	ioctl(master, TIOCGPTN, &number);
	ioctl(master, TIOCSPTLCK, &off);
	slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | flags);
}

static void unmake(void)
{
	close(slave);
	close(master);
}

static void names(void)
{
	struct stat st, other;
	struct statfs fs;
	char path[64], link[64], name[64] = "", again[64] = "";
	int first, second, n;

	stat("/dev/ptmx", &st);
	printf("ptmx %o %u:%u\n", st.st_mode & S_IFMT, major(st.st_rdev), minor(st.st_rdev));
	stat("/dev/pts/ptmx", &st);
	printf("pts/ptmx %o %u:%u ino %lu\n", st.st_mode & S_IFMT, major(st.st_rdev), minor(st.st_rdev), st.st_ino);
	statfs("/dev/pts", &fs);
	stat("/dev/pts", &st);
	printf("devpts %lx %ld ino %lu mode %o\n", (long)fs.f_type, (long)fs.f_bsize, st.st_ino, st.st_mode);
	make(0);
	first = number;
	snprintf(path, sizeof(path), "/dev/pts/%d", number);
	stat(path, &st);
	fstat(slave, &other);
	printf("slave %o %u:%d uid %d links %lu size %ld blocks %ld blksize %ld, ino %ld, the same %d\n", st.st_mode & S_IFMT,
		major(st.st_rdev), (int)minor(st.st_rdev) - number, st.st_uid != geteuid(), st.st_nlink, st.st_size, st.st_blocks,
		(long)st.st_blksize, (long)st.st_ino - number, st.st_ino == other.st_ino && st.st_dev == other.st_dev);
	fstat(master, &st);
	printf("master %u:%u\n", major(st.st_rdev), minor(st.st_rdev));
	snprintf(link, sizeof(link), "/proc/self/fd/%d", slave);
	n = readlink(link, name, sizeof(name) - 1);
	name[n > 0 ? n : 0] = 0;
	printf("peer's name %d\n", !strcmp(name, path));
	snprintf(link, sizeof(link), "/proc/self/fd/%d", master);
	n = readlink(link, name, sizeof(name) - 1);
	name[n > 0 ? n : 0] = 0;
	printf("master's name %s\n", name);
	printf("ptsname %d %d\n", !strcmp(ptsname(master), path), ptsname_r(master, again, sizeof(again)));
	char short_room[5];
	SAY("ptsname_r short", -(ptsname_r(master, short_room, 5) == ERANGE));
	SAY("ptsname_r of slave", -(ptsname_r(slave, again, 64) == ENOTTY));
	printf("ttyname %d %d, of master %s\n", !strcmp(ttyname(slave), path), ttyname_r(slave, again, 64), ttyname(master) ? "some" : "none");
	SAY("isatty master", isatty(master));
	SAY("isatty slave", isatty(slave));
	SAY("grantpt", grantpt(master));
	SAY("grantpt slave", grantpt(slave));
	SAY("unlockpt", unlockpt(master));
	SAY("unlockpt slave", unlockpt(slave));
	int kept = master;
	make(0);
	second = number;
	printf("next number %d\n", second - first);
	DIR *d = opendir("/dev/pts");
	struct dirent *e;
	int found = 0;
	while ((e = readdir(d)))
		if (atoi(e->d_name) == first || atoi(e->d_name) == second || !strcmp(e->d_name, "ptmx"))
			found += e->d_type == DT_CHR && e->d_name[0] != '.';
	closedir(d);
	printf("found %d\n", found);
	close(kept);
	SAY("name of a closed master", access(path, F_OK));
	unmake();
	SAY("chmod", (make(0), snprintf(path, sizeof(path), "/dev/pts/%d", number), chmod(path, 0640)));
	fstat(slave, &st);
	printf("mode %o\n", st.st_mode);
	SAY("truncate", truncate(path, 0));
	SAY("ftruncate", ftruncate(slave, 0));
	SAY("ftruncate master", ftruncate(master, 0));
	SAY("lseek", lseek(slave, 0, SEEK_CUR));
	SAY("lseek master", lseek(master, 0, SEEK_CUR));
	SAY("pread", pread(slave, name, 1, 0));
	SAY("fsync", fsync(slave));
	SAY("unlink", unlink(path));
	SAY("create", open("/dev/pts/new", O_CREAT | O_RDWR, 0600));
	SAY("mkdir", mkdir("/dev/pts/new", 0700));
	SAY("no such", open("/dev/pts/99999", O_RDWR));
	SAY("leading zero", open("/dev/pts/00", O_RDWR));
	SAY("flags", fcntl(slave, F_GETFL) & (O_NOCTTY | O_ACCMODE));
	unmake();
}

static void locks(void)
{
	char path[64];
	int on = 1, v = -1, fd = open("/dev/ptmx", O_RDWR);

	ioctl(fd, TIOCGPTN, &number);
	snprintf(path, sizeof(path), "/dev/pts/%d", number);
	SAY("lock", ioctl(fd, TIOCGPTLCK, &v));
	printf("locked %d\n", v);
	SAY("open locked", open(path, O_RDWR | O_NOCTTY));
	SAY("peer locked", ioctl(fd, TIOCGPTPEER, O_RDWR | O_NOCTTY));
	unlockpt(fd);
	int s = open(path, O_RDWR | O_NOCTTY);
	printf("open unlocked %d\n", s >= 0);
	ioctl(fd, TIOCSPTLCK, &on);
	SAY("locked again", open(path, O_RDWR | O_NOCTTY));
	SAY("slave's lock", ioctl(s, TIOCGPTLCK, &v));
	SAY("slave's number", ioctl(s, TIOCGPTN, &v));
	SAY("slave's peer", ioctl(s, TIOCGPTPEER, O_RDWR));
	SAY("slave's packet mode", ioctl(s, TIOCPKT, &v));
	on = 0;
	ioctl(fd, TIOCSPTLCK, &on);
	int p = ioctl(fd, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	printf("peer cloexec %d flags %o\n", fcntl(p, F_GETFD), fcntl(p, F_GETFL) & (O_NONBLOCK | O_ACCMODE | O_NOCTTY));
	SAY("exclusive", ioctl(s, TIOCEXCL));
	SAY("is it", (v = -1, ioctl(s, TIOCGEXCL, &v)));
	printf("%d\n", v);
	SAY("not any more", ioctl(s, TIOCNXCL));
	close(p);
	close(s);
	close(fd);
}

static void lifetimes(void)
{
	char b[64], path[64];

	make(O_NONBLOCK);
	snprintf(path, sizeof(path), "/dev/pts/%d", number);
	close(slave);
	SAY("read, slave closed", read(master, b, sizeof(b)));
	printf("ready %x\n", readiness(master));
	SAY("write, slave closed", write(master, "abc\n", 4));
	await(master, 5);
	printf("ready %x\n", readiness(master));
	SAY("echo, slave closed", read(master, b, sizeof(b)));
	SAY("and then", read(master, b, sizeof(b)));
	slave = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
	SAY("read, slave open again", read(master, b, sizeof(b)));
	printf("ready %x %x\n", readiness(master), readiness(slave));
	SAY("what was typed meanwhile", read(slave, b, sizeof(b)));
	SAY("slave writes", write(slave, "bye\n", 4));
	await(master, 5);
	close(slave);
	printf("ready %x\n", readiness(master));
	SAY("rest", read(master, b, sizeof(b)));
	SAY("end", read(master, b, sizeof(b)));
	close(master);

	make(O_NONBLOCK);
	int other = dup(slave), more = open(ptsname(master), O_RDWR | O_NOCTTY), wr = open(ptsname(master), O_WRONLY | O_NOCTTY);
	SAY("write only", read(wr, b, 1));
	close(other);
	SAY("one of them closed", read(master, b, 1));
	write(master, "unread\n", 7);
	await(slave, 7);
	printf("ready %x\n", readiness(slave));
	close(master);
	printf("ready %x\n", readiness(slave));
	SAY("slave reads", read(slave, b, sizeof(b)));
	SAY("slave writes", write(slave, "x", 1));
	SAY("slave reads again", read(more, b, sizeof(b)));
	struct termios t;
	struct winsize w;
	int v;
	SAY("tcgetattr", tcgetattr(slave, &t));
	SAY("winsize", ioctl(slave, TIOCGWINSZ, &w));
	SAY("tcsetpgrp", ioctl(slave, TIOCSPGRP, &v));
	SAY("FIONREAD", ioctl(slave, FIONREAD, &v));
	SAY("unknown", ioctl(slave, 0x5499, &v));
	SAY("isatty", isatty(slave));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", slave);
	SAY("open again", open(path, O_RDWR | O_NOCTTY));
	close(slave);
	close(more);
	close(wr);
}

static void *close_master(void *arg)
{
	usleep(200000);
	if (arg)
		close(slave);
	else
		close(master);
	return NULL;
}

static void waits(void)
{
	char b[16];
	pthread_t t;

	make(0);
	pthread_create(&t, NULL, close_master, NULL);
	SAY("slave waits, master closes", read(slave, b, 1));
	pthread_join(t, NULL);
	close(slave);
	make(0);
	pthread_create(&t, NULL, close_master, &t);
	SAY("master waits, slave closes", read(master, b, 1));
	pthread_join(t, NULL);
	close(master);
	make(0);
	pthread_create(&t, NULL, close_master, NULL);
	struct pollfd p = { .fd = slave, .events = POLLIN };
	SAY("slave polls", poll(&p, 1, 5000));
	pthread_join(t, NULL);
	printf("%x\n", p.revents);
	close(slave);
}

static void *fill_and_close(void *unused)
{
	static char much[65536];
	long n = 0, r;

	memset(much, 'x', sizeof(much));
	while ((r = write(slave, much, sizeof(much))) > 0 && (n += r) < 300000)
		;
	return (void *)n;
}

static void floods(void)
{
	static char b[70000];
	pthread_t t;
	void *wrote;
	long n = 0, r;

	make(O_NONBLOCK);
	memset(b, 'y', sizeof(b));
	while ((r = write(slave, b, 1000)) > 0)
		n += r;
	printf("slave fills: %d, then %s, ready %x\n", n >= 8192, err(r), readiness(slave) & (POLLIN | POLLOUT));
	for (n = 0; (r = read(master, b, sizeof(b))) > 0 || readiness(master) & POLLIN;)
		n += r > 0 ? r : 0;
	printf("ready %x\n", readiness(slave) & (POLLIN | POLLOUT));
	struct termios m;
	tcgetattr(slave, &m);
	cfmakeraw(&m);
	tcsetattr(slave, TCSANOW, &m);
	while ((r = write(master, b, 1000)) > 0)
		;
	int v = -1;
	await(slave, 4095);
	ioctl(slave, FIONREAD, &v);
	printf("master fills: %s, slave can read %d\n", err(r), v);
	SAY("flush", tcflush(slave, TCIFLUSH));
	ioctl(slave, FIONREAD, &v);
	printf("slave can read %d, master ready %x\n", v, readiness(master) & POLLOUT);
	unmake();
	make(0);
	pthread_create(&t, NULL, fill_and_close, NULL);
	for (n = 0; n < 300000 && (r = read(master, b, 5000)) > 0; n += r)
		;
	fcntl(master, F_SETFL, O_NONBLOCK);
	do {
		while ((r = read(master, b, 5000)) > 0)
			n += r;
	} while (n % 65536);
	pthread_join(t, &wrote);
	printf("blocking: all of it %d\n", n == (long)wrote);
	unmake();
}

static void ioctls(void)
{
	static const unsigned more[] = { 0x80045430, 0x40045431, 0x80045432, 0x40045436, 0x80045438, 0x80045439, 0x80045440,
		0x802c542a, 0x402c542b, 0x402c542c, 0x402c542d, 0x540000, 0, 1, 0x5600, 0x4b3a, 0x1260, 0x8910, 0x4004667f, 0x6611 };
	static const unsigned char not[] = { 0x0e, 0x22, 0x37, 0x1d, 0x12, 0x57, 0x10, 0x41, 0x50, 0x51, 0x21, 0x52, 0x1e, 0x1f, 0x34, 0x38, 0x1c };
	char room[256];

	for (int bad = 0; bad < 2; bad++) {
		for (unsigned i = 0; i < 0x60 + sizeof(more) / sizeof(more[0]); i++) {
			unsigned cmd = i < 0x60 ? 0x5400 + i : more[i - 0x60];
			if (i < 0x60 && memchr(not, i, sizeof(not)))
				continue;
			make(O_NONBLOCK);
			memset(room, 0, sizeof(room));
			tcgetattr(slave, (void *)room);
			errno = 0;
			int r = ioctl(slave, cmd, bad ? (char *)16 : room);
			printf("%x: %d %s, ", cmd, r < 0 ? -1 : 0, err(r));
			errno = 0;
			r = ioctl(master, cmd, bad ? (char *)16 : room);
			printf("master %d %s\n", r < 0 ? -1 : 0, err(r));
			unmake();
		}
	}
}

static void counts(void)
{
	char b[512];
	struct termios m;
	int v;

	make(O_NONBLOCK);
	tcgetattr(slave, &m);
	cfmakeraw(&m);
	m.c_cc[VMIN] = 100;
	tcsetattr(slave, TCSANOW, &m);
	memset(b, 'z', sizeof(b));
	write(master, b, 99);
	printf("below VMIN: ready %x\n", readiness(slave) & POLLIN);
	write(master, b, 101);
	printf("above VMIN: ready %x\n", readiness(slave) & POLLIN);
	SAY("read 200, VMIN 100", read(slave, b, 200));
	ioctl(slave, FIONREAD, &v);
	printf("left %d\n", v);
	m.c_cc[VMIN] = 10;
	tcsetattr(slave, TCSANOW, &m);
	SAY("read 200, VMIN 10", read(slave, b, 200));
	SAY("read none", read(slave, b, 200));
	m.c_cc[VMIN] = 0;
	tcsetattr(slave, TCSANOW, &m);
	SAY("VMIN 0", read(slave, b, 200));
	m.c_cc[VTIME] = 1;
	tcsetattr(slave, TCSANOW, &m);
	SAY("VTIME, no waiting", read(slave, b, 200));
	fcntl(slave, F_SETFL, 0);
	SAY("VTIME", read(slave, b, 200));
	m.c_cc[VMIN] = 5;
	tcsetattr(slave, TCSANOW, &m);
	write(master, "abc", 3);
	SAY("VMIN and VTIME", read(slave, b, 200));
	SAY("nothing at all", read(slave, b, 0));
	SAY("write nothing", write(slave, b, 0));
	unmake();
}

static void packets(void)
{
	unsigned char b[64];
	int on = 1, v = 0;
	long n;
	struct termios m;

	make(O_NONBLOCK);
	SAY("packet mode", ioctl(master, TIOCPKT, &on));
	SAY("is it", ioctl(master, TIOCGPKT, &v));
	printf("%d\n", v);
	write(slave, "hi", 2);
	n = read(master, b, 64);
	printf("%ld: %d %c\n", n, b[0], b[1]);
	write(slave, "hi", 2);
	n = read(master, b, 1);
	printf("one byte %ld: %d, ready %x\n", n, b[0], readiness(master) & (POLLIN | POLLPRI));
	tcflow(slave, TCOOFF);
	printf("stopped: ready %x\n", readiness(master) & (POLLIN | POLLPRI));
	n = read(master, b, 64);
	printf("%ld: %d, ready %x %x\n", n, b[0], readiness(master) & (POLLIN | POLLPRI), readiness(slave) & POLLOUT);
	tcflow(slave, TCOON);
	n = read(master, b, 64);
	printf("%ld: %d\n", n, b[0]);
	tcflush(slave, TCIOFLUSH);
	n = read(master, b, 64);
	printf("%ld: %d\n", n, b[0]);
	tcgetattr(slave, &m);
	m.c_iflag &= ~IXON;
	tcsetattr(slave, TCSANOW, &m);
	n = read(master, b, 64);
	printf("%ld: %d\n", n, b[0]);
	while (read(master, b, 64) > 0)
		;
	close(slave);
	ioctl(master, TIOCGPKT, &v);
	printf("slave closed: %d\n", v);
	SAY("read", read(master, b, 64));
	close(master);
}

static void edges(int ep, const char *what)
{
	struct epoll_event e[2];

	int n = epoll_wait(ep, e, 2, 0);
	printf("%s: %d", what, n);
	for (int i = 0; i < n; i++)
		printf(" %s %x", e[i].data.fd == master ? "master" : "slave", e[i].events);
	printf("\n");
}

static void events(void)
{
	char b[64];
	int ep = epoll_create1(0);

	make(O_NONBLOCK);
	struct epoll_event e = { EPOLLIN | EPOLLET | EPOLLPRI, { .fd = master } }, f = { EPOLLIN | EPOLLET, { .fd = slave } };
	epoll_ctl(ep, EPOLL_CTL_ADD, master, &e);
	epoll_ctl(ep, EPOLL_CTL_ADD, slave, &f);
	edges(ep, "none");
	write(slave, "a", 1);
	await(master, 1);
	edges(ep, "written");
	edges(ep, "no news");
	write(slave, "b", 1);
	await(master, 2);
	edges(ep, "more");
	read(master, b, 64);
	edges(ep, "read");
	f.events = e.events = EPOLLIN | EPOLLOUT | EPOLLET;
	epoll_ctl(ep, EPOLL_CTL_DEL, slave, NULL);
	epoll_ctl(ep, EPOLL_CTL_MOD, master, &e);
	edges(ep, "writable");
	write(master, "line\n", 5);
	await(slave, 5);
	await(master, 6);
	edges(ep, "typed");
	read(master, b, 64);
	edges(ep, "echo read");
	read(slave, b, 64);
	edges(ep, "line read");
	close(slave);
	edges(ep, "closed");
	close(master);
	close(ep);
}

static void library(void)
{
	int m = -1, s = -1;
	char name[64] = "";
	struct termios t;
	struct winsize w = { 11, 22, 33, 44 }, got = { 0 };

	memset(&t, 0, sizeof(t));
	t.c_lflag = ECHO;
	t.c_cflag = B9600 | CS7;
	SAY("openpty", openpty(&m, &s, name, &t, &w));
	printf("name %d\n", !strcmp(name, ptsname(m)));
	tcgetattr(s, &t);
	printf("%x %x %x %x, speed %x %x\n", t.c_iflag, t.c_oflag, t.c_cflag, t.c_lflag, cfgetispeed(&t), cfgetospeed(&t));
	ioctl(m, TIOCGWINSZ, &got);
	printf("%d %d %d %d\n", got.ws_row, got.ws_col, got.ws_xpixel, got.ws_ypixel);
	printf("cloexec %d %d\n", fcntl(m, F_GETFD), fcntl(s, F_GETFD));
	SAY("tcdrain", tcdrain(s));
	SAY("tcsendbreak", tcsendbreak(s, 0));
	SAY("tcflow", tcflow(s, 9));
	SAY("tcflush", tcflush(s, 9));
	cfsetspeed(&t, B115200);
	SAY("tcsetattr", tcsetattr(s, TCSADRAIN, &t));
	tcgetattr(s, &t);
	printf("%x %x\n", t.c_cflag, cfgetospeed(&t));
	SAY("tcsetattr how", tcsetattr(s, 7, &t));
	close(m);
	close(s);
	m = posix_openpt(O_RDWR | O_NOCTTY);
	printf("posix_openpt %d\n", m >= 0);
	close(m);
	m = getpt();
	printf("getpt %d\n", m >= 0);
	close(m);
	int p[2];
	pipe(p);
	SAY("pipe's ttyname", ttyname(p[0]) ? 1 : -1);
	SAY("pipe's isatty", isatty(p[0]) - 1);
	SAY("pipe's tcgetattr", tcgetattr(p[0], &t));
	SAY("pipe's ptsname", ptsname(p[0]) ? 1 : -1);
	SAY("pipe's grantpt", grantpt(p[0]));
	SAY("pipe's unlockpt", unlockpt(p[0]));
	SAY("pipe's tcgetsid", tcgetsid(p[0]));
	SAY("no file", isatty(99) - 1);
	SAY("no file's grantpt", grantpt(99));
	SAY("ttyname", ttyname(99) ? 1 : -1);
	SAY("ttyname_r", -(ttyname_r(99, name, 64) == EBADF));
}

int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	signal(SIGHUP, SIG_IGN);
	names();
	locks();
	lifetimes();
	waits();
	floods();
	ioctls();
	counts();
	packets();
	events();
	library();
	return 0;
}
