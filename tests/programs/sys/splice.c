/* splice(2) and tee(2). */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include "alone.h"

static char buf[1 << 17];
static int a[2], b[2], c[2];

static void show(const char *what, long r)
{
	if (r < 0)
		printf("%s: %s\n", what, strerrorname_np(errno));
	else
		printf("%s: %ld\n", what, r);
}
#define S(call) show(#call, call)

static void text(int fd)
{
	char t[100];
	long n = read(fd, t, sizeof(t));

	printf("  %ld %.*s\n", n, n < 0 ? 0 : (int)n, t);
}

static void errors(int fd)
{
	loff_t off = 0, neg = -1, far = LONG_MAX;
	int ro = open("/tmp/sys-splice", O_RDONLY), app = open("/tmp/sys-splice", O_WRONLY | O_APPEND), e = eventfd(1, 0);
	int dir = open("/tmp", O_RDONLY);

	S(splice(fd, NULL, fd, NULL, 1, 0));
	S(splice(a[0], NULL, a[1], NULL, 1, 0));
	S(splice(a[0], &off, b[1], NULL, 1, 0));
	S(splice(a[0], NULL, b[1], &off, 1, 0));
	S(splice(a[1], NULL, b[1], NULL, 1, 0));
	S(splice(a[0], NULL, b[0], NULL, 1, 0));
	S(splice(a[0], NULL, ro, NULL, 1, 0));
	S(splice(a[0], NULL, app, NULL, 1, 0));
	S(splice(fd, &neg, a[1], NULL, 1, 0));
	S(splice(fd, &far, a[1], NULL, 2, 0));
	S(splice(a[0], NULL, fd, &neg, 1, 0));
	S(splice(a[0], NULL, fd, &far, 2, 0));
	S(splice(e, NULL, a[1], NULL, 8, 0));
	S(splice(a[0], NULL, e, NULL, 8, 0));
	S(splice(dir, NULL, a[1], NULL, 8, 0) < 0);
	S(splice(-1, NULL, a[1], NULL, 8, 0));
	S(splice(a[0], NULL, -1, NULL, 8, 0));
	S(splice(-1, NULL, -1, NULL, 0, 0));
	S(splice(a[0], NULL, b[1], NULL, 1, 16));
	S(splice(fd, (loff_t *)1, a[1], NULL, 8, 0));
	S(tee(a[0], a[1], 1, 0));
	S(tee(fd, a[1], 1, 0));
	S(tee(a[0], fd, 1, 0));
	S(tee(a[0], b[1], 1, 16));
	S(tee(a[0], b[1], 0, 0));
	S(tee(a[1], b[1], 1, 0));
	S(tee(a[0], b[1], 1, SPLICE_F_NONBLOCK));
	S(splice(a[0], NULL, b[1], NULL, 1, SPLICE_F_NONBLOCK));
	S(splice(a[0], NULL, fd, NULL, 1, SPLICE_F_NONBLOCK));
}

static void files(int fd)
{
	loff_t off = 3;

	S(splice(fd, &off, a[1], NULL, 4, 0));
	printf("  at %ld %ld\n", (long)off, (long)lseek(fd, 0, SEEK_CUR));
	text(a[0]);
	S(splice(fd, NULL, a[1], NULL, 100, 0));
	S(splice(fd, NULL, a[1], NULL, 100, 0));
	off = 20;
	S(splice(a[0], NULL, fd, &off, 4, 0));
	printf("  at %ld %ld\n", (long)off, (long)lseek(fd, 0, SEEK_CUR));
	S(splice(a[0], NULL, fd, NULL, 100, 0));
	printf("  at %ld\n", (long)lseek(fd, 0, SEEK_END));
	S(pread(fd, buf, 100, 0));
	printf("  %.10s|%.4s|\n", buf, buf + 20);
	ftruncate(fd, 100000);
	off = 0;
	S(splice(fd, &off, a[1], NULL, 100000, 0));
	S(splice(fd, &off, a[1], NULL, 100000, SPLICE_F_NONBLOCK));
	S(read(a[0], buf, sizeof(buf)));
	int null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDWR);
	S(splice(zero, NULL, a[1], NULL, 5000, 0));
	S(splice(a[0], NULL, null, NULL, 3000, 0));
	S(read(a[0], buf, sizeof(buf)));
}

static void pipes(void)
{
	S(write(a[1], "abcdef", 6));
	S(tee(a[0], b[1], 4, 0));
	S(write(b[1], "!", 1));
	text(b[0]);
	S(write(a[1], "ghi", 3));
	S(splice(a[0], NULL, b[1], NULL, 3, 0));
	S(tee(a[0], c[1], 100, 0));
	S(splice(a[0], NULL, b[1], NULL, 100, 0));
	text(b[0]);
	text(c[0]);
	memset(buf, 'x', sizeof(buf));
	S(write(a[1], buf, 65536));
	fcntl(b[1], F_SETPIPE_SZ, 8192);
	S(tee(a[0], b[1], 65536, 0));
	S(tee(a[0], b[1], 65536, SPLICE_F_NONBLOCK));
	S(splice(a[0], NULL, c[1], NULL, 5000, 0));
	S(read(a[0], buf, sizeof(buf)));
	S(read(b[0], buf, sizeof(buf)));
	S(read(c[0], buf, sizeof(buf)));
}

static void sockets(void)
{
	int s[2];

	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	S(write(s[0], "to a pipe", 9));
	S(splice(s[1], NULL, a[1], NULL, 100, 0));
	S(splice(s[1], NULL, a[1], NULL, 100, SPLICE_F_NONBLOCK));
	S(splice(a[0], NULL, s[1], NULL, 100, 0));
	text(s[0]);
	close(s[0]);
	S(splice(s[1], NULL, a[1], NULL, 100, 0));
}

static void *later(void *what)
{
	usleep(20000);
	if (what == a)
		write(a[1], "late", 4);
	else
		read(b[0], buf, 4096);
	return NULL;
}

static void waits(void)
{
	pthread_t t;

	pthread_create(&t, NULL, later, a);
	S(splice(a[0], NULL, c[1], NULL, 100, 0));
	pthread_join(t, NULL);
	pthread_create(&t, NULL, later, a);
	S(tee(a[0], c[1], 100, 0));
	pthread_join(t, NULL);
	write(b[1], buf, 8192);
	pthread_create(&t, NULL, later, b);
	S(splice(a[0], NULL, b[1], NULL, 100, 0));
	pthread_join(t, NULL);
	text(c[0]);
	close(c[0]);
	S(splice(b[0], NULL, c[1], NULL, 10, 0));
	S(tee(b[0], c[1], 10, 0));
	close(b[1]);
	read(b[0], buf, 8192);
	pipe(c);
	S(splice(b[0], NULL, c[1], NULL, 10, 0));
	S(tee(b[0], c[1], 10, 0));
}

int main(void)
{
	run_alone();
	signal(SIGPIPE, SIG_IGN);
	int fd = open("/tmp/sys-splice", O_RDWR | O_CREAT | O_TRUNC, 0600);

	write(fd, "0123456789", 10);
	lseek(fd, 0, SEEK_SET);
	pipe(a);
	pipe(b);
	pipe(c);
	errors(fd);
	files(fd);
	pipes();
	sockets();
	waits();
	return 0;
}
