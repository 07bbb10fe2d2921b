/* splice(2), tee(2), vmsplice(2), sizes and packets of pipes. Prints what the host prints too. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *err(long r)
{
	return r < 0 ? strerrorname_np(errno) : "";
}
#define SAY(call) do { long r_ = (call); printf("%s: %ld %s\n", #call, r_, err(r_)); } while (0)

static char buf[1 << 20];

static void pipe_new(int p[2], int flags)
{
	if (pipe2(p, flags))
		exit(1);
}

static void pipe_end(int p[2])
{
	close(p[0]);
	close(p[1]);
}

static void show(int fd)
{
	char b[64] = "";
	long n = read(fd, b, 60);

	printf("  read %ld %s \"%.20s\"\n", n, err(n), b);
}

static int queued(int fd)
{
	int n = -1;

	ioctl(fd, FIONREAD, &n);
	return n;
}

static void sizes(void)
{
	int p[2];

	pipe_new(p, O_NONBLOCK);
	SAY(fcntl(p[0], F_GETPIPE_SZ));
	SAY(fcntl(p[0], F_SETPIPE_SZ, 0));
	SAY(fcntl(p[0], F_SETPIPE_SZ, 1));
	SAY(fcntl(p[1], F_SETPIPE_SZ, 4097));
	SAY(fcntl(p[1], F_SETPIPE_SZ, 65537));
	SAY(fcntl(p[1], F_SETPIPE_SZ, 1 << 20));
	SAY(fcntl(p[1], F_SETPIPE_SZ, -1));
	SAY(fcntl(p[1], F_SETPIPE_SZ, 0x80000001u));
	SAY(write(p[1], buf, sizeof(buf)));
	SAY(write(p[1], buf, 1));
	SAY(fcntl(p[1], F_SETPIPE_SZ, 65536));
	SAY(queued(p[0]));
	SAY(read(p[0], buf, sizeof(buf) - 8191));
	SAY(fcntl(p[1], F_SETPIPE_SZ, 4096));
	SAY(fcntl(p[1], F_SETPIPE_SZ, 8192));
	SAY(queued(p[0]));
	SAY(write(p[1], buf, 1));
	SAY(fcntl(p[1], F_SETPIPE_SZ, 16384));
	SAY(write(p[1], buf, 8192));
	SAY(queued(p[0]));
	pipe_end(p);
	SAY(fcntl(0, F_DUPFD, 100) < 0);
	int fd = open("/tmp/notpipe", O_RDWR | O_CREAT, 0600);
	SAY(fcntl(fd, F_GETPIPE_SZ));
	SAY(fcntl(fd, F_SETPIPE_SZ, 4096));
	close(fd);
	unlink("/tmp/notpipe");
}

/* The same pipe once more, by its name. */
static void again(void)
{
	int p[2];
	char name[40];

	pipe_new(p, 0);
	sprintf(name, "/proc/self/fd/%d", p[0]);
	int w = open(name, O_WRONLY), both = open(name, O_RDWR | O_NONBLOCK);
	close(p[1]);
	write(w, "by name", 7);
	close(w);
	show(p[0]);
	show(both);
	close(both);
	show(p[0]);
	int r = open(name, O_RDONLY);
	show(r);
	close(r);
	close(p[0]);
}

static void packets(void)
{
	int p[2];

	pipe_new(p, O_DIRECT | O_NONBLOCK);
	printf("flags %x %x\n", fcntl(p[0], F_GETFL) & O_DIRECT, fcntl(p[1], F_GETFL) & O_DIRECT);
	SAY(write(p[1], "hello", 5));
	SAY(write(p[1], "you", 3));
	SAY(write(p[1], "", 0));
	SAY(queued(p[0]));
	char two[3] = "";
	SAY(read(p[0], two, 2));
	show(p[0]);
	show(p[0]);
	SAY(write(p[1], buf, 5000));
	SAY(read(p[0], buf, 5000));
	SAY(read(p[0], buf, 5000));
	for (int i = 0; i < 16; i++)
		write(p[1], "x", 1);
	SAY(write(p[1], "y", 1));
	SAY(read(p[0], buf, 100));
	SAY(fcntl(p[1], F_SETFL, O_NONBLOCK));
	SAY(write(p[1], "ab", 2));
	SAY(write(p[1], "cd", 2));
	SAY(queued(p[0]));
	pipe_end(p);
}

static void files(void)
{
	int p[2], fd = open("/tmp/splice", O_RDWR | O_CREAT | O_TRUNC, 0600), dir = open("/tmp", O_RDONLY), ev = eventfd(1, 0);
	int app = open("/tmp/splice", O_WRONLY | O_APPEND), ro = open("/tmp/splice", O_RDONLY), path = open("/tmp/splice", O_PATH);
	off_t off = 0;

	pipe_new(p, O_NONBLOCK);
	for (int i = 0; i < 10000; i++)
		buf[i] = 'a' + i / 1000;
	write(fd, buf, 10000);
	SAY(splice(fd, NULL, p[1], NULL, 100, 0));
	lseek(fd, 0, SEEK_SET);
	SAY(splice(fd, NULL, p[1], NULL, 5, SPLICE_F_MOVE));
	SAY(lseek(fd, 0, SEEK_CUR));
	off = 4090;
	SAY(splice(fd, &off, p[1], NULL, 10, SPLICE_F_MORE));
	printf("off %ld pos %ld\n", (long)off, (long)lseek(fd, 0, SEEK_CUR));
	SAY(write(p[1], "W", 1));
	show(p[0]);
	off = 0;
	SAY(splice(fd, &off, p[1], NULL, 1 << 20, 0));
	printf("off %ld\n", (long)off);
	SAY(read(p[0], buf, 9000));
	off = 20000;
	SAY(splice(p[0], NULL, fd, &off, 1 << 20, 0));
	SAY(splice(p[0], NULL, fd, NULL, 10, 0));
	SAY(lseek(fd, 0, SEEK_END));
	off = 20000;
	pread(fd, buf, 1, 20999);
	printf("off %ld %c\n", (long)off, buf[0]);
	off = 0;
	write(p[1], "abc", 3);
	SAY(splice(p[0], NULL, app, NULL, 3, 0));
	SAY(splice(p[0], NULL, ro, NULL, 3, 0));
	SAY(splice(p[0], NULL, dir, NULL, 3, 0));
	SAY(splice(p[0], NULL, path, NULL, 3, 0));
	SAY(splice(p[0], NULL, ev, NULL, 3, 0));
	SAY(splice(p[0], NULL, ev, &off, 3, 0));
	SAY(splice(dir, NULL, p[1], NULL, 3, 0));
	SAY(splice(ev, NULL, p[1], NULL, 8, 0));
	SAY(splice(app, NULL, p[1], NULL, 3, 0));
	SAY(splice(fd, NULL, fd, NULL, 3, 0));
	SAY(splice(fd, NULL, ro, NULL, 3, 0));
	SAY(splice(p[0], &off, fd, NULL, 3, 0));
	SAY(splice(fd, NULL, p[1], &off, 3, 0));
	SAY(splice(-1, NULL, p[1], NULL, 3, 0));
	SAY(splice(-1, NULL, p[1], NULL, 0, 0));
	SAY(splice(fd, NULL, p[1], NULL, 3, 16));
	SAY(splice(fd, NULL, p[0], NULL, 3, 0));
	SAY(splice(p[1], NULL, fd, NULL, 3, 0));
	SAY(splice(fd, (off_t *)8, p[1], NULL, 3, 0));
	off = -1;
	SAY(splice(fd, &off, p[1], NULL, 3, 0));
	SAY(splice(p[0], NULL, fd, &off, 3, 0));
	off = 0x7fffffffffffffff;
	SAY(splice(p[0], NULL, fd, &off, 3, 0));
	SAY(splice(fd, &off, p[1], NULL, 3, 0));
	int nul = open("/dev/null", O_WRONLY), zero = open("/dev/zero", O_RDONLY);
	SAY(splice(p[0], NULL, nul, NULL, 2, 0));
	SAY(splice(zero, NULL, p[1], NULL, 20, 0));
	SAY(queued(p[0]));
	SAY(read(p[0], buf, 100));
	SAY(splice(p[0], NULL, fd, NULL, 3, SPLICE_F_NONBLOCK));
	fcntl(p[0], F_SETFL, 0);
	SAY(splice(p[0], NULL, fd, NULL, 3, SPLICE_F_NONBLOCK));
	close(p[1]);
	SAY(splice(p[0], NULL, fd, NULL, 3, 0));
	close(p[0]);
	pipe_new(p, 0);
	close(p[0]);
	lseek(fd, 0, SEEK_SET);
	SAY(splice(fd, NULL, p[1], NULL, 3, 0));
	close(p[1]);
	close(nul), close(zero), close(fd), close(dir), close(ev), close(app), close(ro), close(path);
	unlink("/tmp/splice");
}

static void pipes(void)
{
	int a[2], b[2];

	pipe_new(a, 0);
	pipe_new(b, 0);
	SAY(splice(a[0], NULL, b[1], NULL, 3, SPLICE_F_NONBLOCK));
	SAY(tee(a[0], b[1], 3, SPLICE_F_NONBLOCK));
	write(a[1], "hello world", 11);
	SAY(splice(a[0], NULL, b[1], NULL, 5, 0));
	SAY(write(b[1], "!", 1));
	SAY(write(a[1], "?", 1));
	SAY(tee(a[0], b[1], 3, 0));
	SAY(tee(a[0], b[1], 100, 0));
	SAY(write(a[1], "+", 1));
	SAY(write(b[1], "-", 1));
	show(a[0]);
	show(b[0]);
	SAY(splice(a[0], NULL, a[1], NULL, 5, 0));
	SAY(tee(a[0], a[1], 5, 0));
	SAY(tee(a[0], 0, 0, 0));
	SAY(tee(a[0], b[1], 5, 99));
	SAY(tee(a[1], b[1], 5, 0));
	SAY(tee(a[0], b[0], 5, 0));
	SAY(tee(-1, b[0], 5, 0));
	fcntl(b[1], F_SETPIPE_SZ, 4096);
	write(a[1], buf, 12000);
	SAY(splice(a[0], NULL, b[1], NULL, 12000, 0));
	SAY(splice(a[0], NULL, b[1], NULL, 12000, SPLICE_F_NONBLOCK));
	SAY(queued(a[0]));
	SAY(tee(a[0], b[1], 12000, SPLICE_F_NONBLOCK));
	close(b[0]);
	SAY(splice(a[0], NULL, b[1], NULL, 12000, 0));
	SAY(tee(a[0], b[1], 12000, 0));
	pipe_end(a);
	close(b[1]);
}

static void memory(void)
{
	int p[2], zero = open("/dev/zero", O_RDONLY);
	char one[8] = "", two[8] = "";
	struct iovec v[2] = { { "abc", 3 }, { "defg", 4 } }, w[2] = { { one, 5 }, { two, 7 } };
	static char big[200000] __attribute__((aligned(4096)));
	struct iovec large = { big, sizeof(big) }, bad = { (void *)8, 8 }, empty = { big, 0 };

	pipe_new(p, 0);
	SAY(vmsplice(p[0], w, 2, SPLICE_F_NONBLOCK));
	SAY(vmsplice(p[1], v, 2, SPLICE_F_GIFT));
	SAY(queued(p[0]));
	SAY(vmsplice(p[0], w, 2, 0));
	printf("%s %s\n", one, two);
	SAY(vmsplice(p[1], &large, 1, 0));
	SAY(vmsplice(p[1], &large, 1, SPLICE_F_NONBLOCK));
	SAY(vmsplice(p[0], &large, 1, 0));
	SAY(vmsplice(p[1], &bad, 1, 0));
	SAY(vmsplice(p[1], &empty, 1, 0));
	SAY(vmsplice(p[1], v, 0, 0));
	SAY(vmsplice(p[1], v, 2000, 0));
	SAY(vmsplice(p[1], v, 2, 16));
	SAY(vmsplice(zero, v, 2, 0));
	SAY(vmsplice(-1, v, 2, 0));
	close(p[1]);
	SAY(vmsplice(p[0], w, 2, 0));
	close(p[0]);
	pipe_new(p, 0);
	close(p[0]);
	SAY(vmsplice(p[1], v, 2, 0));
	close(p[1]);
	close(zero);
}

static void sockets(void)
{
	int p[2], s[2];
	off_t off = 0;

	pipe_new(p, 0);
	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	write(p[1], "to the socket", 13);
	SAY(splice(p[0], NULL, s[0], NULL, 6, SPLICE_F_MORE));
	SAY(splice(p[0], NULL, s[0], NULL, 100, 0));
	show(s[1]);
	SAY(splice(s[1], NULL, p[1], NULL, 100, SPLICE_F_NONBLOCK));
	write(s[0], "from the socket", 15);
	SAY(splice(s[1], NULL, p[1], NULL, 4, 0));
	SAY(splice(s[1], NULL, p[1], NULL, 100, 0));
	show(p[0]);
	SAY(splice(s[1], &off, p[1], NULL, 100, 0));
	write(p[1], "x", 1);
	SAY(splice(p[0], NULL, s[1], &off, 100, 0));
	close(s[0]);
	SAY(splice(s[1], NULL, p[1], NULL, 100, 0));
	SAY(splice(p[0], NULL, s[1], NULL, 100, 0));
	pipe_end(p);
	close(s[1]);
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	setvbuf(stdout, NULL, _IOLBF, 0);
	sizes();
	again();
	packets();
	files();
	pipes();
	memory();
	sockets();
	return 0;
}
