/* Socket pairs of each type: messages, closed and shut ends, options, waiting. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

static char buf[300000], big[300000];
static int pipes;

static void show(const char *what, long r)
{
	printf("%s: %ld %s\n", what, r, r < 0 ? strerror(errno) : "");
}

static void on_pipe(int sig)
{
	pipes++;
}

static void events(const char *what, int fd)
{
	struct pollfd p = { fd, POLLIN | POLLOUT | POLLRDHUP | POLLPRI, 0 };

	poll(&p, 1, 0);
	printf("%s: events %x\n", what, p.revents);
}

static void *writer(void *arg)
{
	int fd = *(int *)arg;

	usleep(5000);
	for (int i = 0; i < 10; i++)
		write(fd, big, sizeof big);
	close(fd);
	return NULL;
}

static void *slow(void *arg)
{
	int fd = *(int *)arg;

	usleep(5000);
	write(fd, "abc", 3);
	usleep(5000);
	write(fd, "def", 3);
	return NULL;
}

static void each(int type)
{
	int s[2], n;
	struct sockaddr_un a;
	socklen_t len = sizeof a;
	struct stat st;
	pthread_t t;

	printf("type %d\n", type);
	show("pair", socketpair(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, s));
	printf("flags %x %x\n", fcntl(s[0], F_GETFL), fcntl(s[0], F_GETFD));
	fstat(s[0], &st);
	printf("mode %o size %ld\n", st.st_mode, (long)st.st_size);
	show("seek", lseek(s[0], 0, SEEK_CUR));
	show("pread", pread(s[0], buf, 1, 0));
	events("new", s[0]);
	show("empty", read(s[1], buf, 10));
	show("write", write(s[0], "hello", 5));
	show("send", send(s[0], "world!", 6, 0));
	show("nothing", send(s[0], "", 0, 0));
	ioctl(s[1], FIONREAD, &n);
	printf("waiting %d\n", n);
	events("filled", s[1]);
	show("peek", recv(s[1], buf, 3, MSG_PEEK));
	show("peek", recv(s[1], buf, 100, MSG_PEEK));
	show("cut", recv(s[1], buf, 3, 0));
	show("rest", recv(s[1], buf, 100, MSG_TRUNC));
	show("then", recv(s[1], buf, 100, 0));
	show("none", recv(s[1], buf, 100, 0));

	struct iovec v[3] = { { "one", 3 }, { "", 0 }, { "three", 5 } }, w[2] = { { buf, 4 }, { buf + 100, 100 } };
	show("writev", writev(s[0], v, 3));
	show("readv", readv(s[1], w, 2));
	printf("%.4s %.4s\n", buf, buf + 100);
	struct iovec large[2] = { { big, 5000 }, { big, 6000 } };
	show("writev", writev(s[0], large, 2));
	struct iovec small[2] = { { buf, 5000 }, { buf, 2000 } };
	show("readv", readv(s[1], small, 2));
	show("left", recv(s[1], buf, sizeof buf, 0));

	struct msghdr m = { .msg_iov = v, .msg_iovlen = 3 };
	show("sendmsg", sendmsg(s[0], &m, MSG_NOSIGNAL));
	struct iovec r = { buf, 6 };
	char control[100];
	m = (struct msghdr){ .msg_name = &a, .msg_namelen = sizeof a, .msg_iov = &r, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
	show("recvmsg", recvmsg(s[1], &m, 0));
	printf("name %d control %d flags %x\n", (int)m.msg_namelen, (int)m.msg_controllen, m.msg_flags);
	recv(s[1], buf, sizeof buf, 0);
	struct mmsghdr mm[3] = { { { .msg_iov = v, .msg_iovlen = 1 } }, { { .msg_iov = v + 2, .msg_iovlen = 1 } } };
	show("sendmmsg", sendmmsg(s[0], mm, 2, 0));
	for (int i = 0; i < 3; i++)
		mm[i].msg_hdr = (struct msghdr){ .msg_iov = &w[1], .msg_iovlen = 1 };
	show("recvmmsg", recvmmsg(s[1], mm, 3, 0, NULL));
	printf("first %u\n", mm[0].msg_len);
	send(s[0], "x", 1, 0);
	len = sizeof a;
	show("recvfrom", recvfrom(s[1], buf, 10, 0, (void *)&a, &len));
	printf("address %d\n", len);

	for (int piece = 1; piece <= 100000; piece *= 10) {
		long count = 0, bytes = 0, k;
		while ((k = send(s[0], big, piece, 0)) > 0) {
			count++;
			bytes += k;
		}
		printf("pieces of %d fit %ld times, %ld bytes: %s\n", piece, count, bytes, strerror(errno));
		events("full", s[0]);
		while ((k = read(s[1], buf, sizeof buf)) > 0)
			bytes -= k;
		printf("left %ld\n", bytes);
		events("drained", s[0]);
	}
	show("too long", send(s[0], big, 250000, 0));
	while (read(s[1], buf, sizeof buf) > 0)
		;

	len = sizeof a;
	show("sockname", getsockname(s[0], (void *)&a, &len));
	printf("%d %d\n", len, a.sun_family);
	len = sizeof a;
	show("peername", getpeername(s[0], (void *)&a, &len));
	printf("%d\n", len);
	int options[] = { SO_TYPE, SO_ERROR, SO_SNDBUF, SO_RCVBUF, SO_DOMAIN, SO_PROTOCOL, SO_ACCEPTCONN, SO_REUSEADDR, SO_KEEPALIVE, SO_RCVLOWAT, SO_PASSCRED };
	for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
		len = sizeof n;
		n = -1;
		long e = getsockopt(s[0], SOL_SOCKET, options[i], &n, &len);
		printf("option %d: %ld %d %d\n", options[i], e, n, len);
	}
	n = 1000;
	setsockopt(s[0], SOL_SOCKET, SO_SNDBUF, &n, sizeof n);
	len = sizeof n;
	getsockopt(s[0], SOL_SOCKET, SO_SNDBUF, &n, &len);
	printf("room %d\n", n);
	show("short option", setsockopt(s[0], SOL_SOCKET, SO_SNDBUF, &n, 2));
	show("unknown option", setsockopt(s[0], SOL_SOCKET, 999, &n, sizeof n));
	show("level", setsockopt(s[0], 6, 1, &n, sizeof n));
	n = 212992;
	setsockopt(s[0], SOL_SOCKET, SO_SNDBUF, &n, sizeof n);

	fcntl(s[1], F_SETFL, 0);
	struct timeval tv = { 0, 10000 };
	show("timeout", setsockopt(s[1], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv));
	show("timed out", read(s[1], buf, 10));
	show("not waiting", recv(s[1], buf, 10, MSG_DONTWAIT));
	tv = (struct timeval){ 0 };
	setsockopt(s[1], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);

	pthread_create(&t, NULL, slow, &s[0]);
	int ep = epoll_create1(0);
	struct epoll_event ev = { EPOLLIN, { .u32 = 1 } };
	epoll_ctl(ep, EPOLL_CTL_ADD, s[1], &ev);
	show("epoll", epoll_wait(ep, &ev, 1, -1));
	show("all", recv(s[1], buf, 6, MSG_WAITALL));
	pthread_join(t, NULL);
	if (type != SOCK_STREAM)
		show("second", recv(s[1], buf, 6, MSG_WAITALL));
	show("epoll", epoll_wait(ep, &ev, 1, 0));

	write(s[0], "late", 4);
	show("shut", shutdown(s[0], SHUT_WR));
	show("bad", shutdown(s[0], 5));
	events("writer", s[0]);
	events("reader", s[1]);
	show("write", write(s[0], "x", 1));
	show("read", read(s[1], buf, 10));
	fcntl(s[1], F_SETFL, O_NONBLOCK);
	show("end", read(s[1], buf, 10));
	show("back", write(s[1], "back", 4));
	show("read", read(s[0], buf, 10));
	shutdown(s[0], SHUT_RDWR);
	show("none hears", write(s[1], "x", 1));
	show("none hears", send(s[1], "x", 1, MSG_NOSIGNAL));
	events("both", s[0]);
	close(s[0]);
	close(s[1]);
	printf("SIGPIPE %d\n", pipes);

	socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, s);
	write(s[0], "kept", 4);
	write(s[1], "lost", 4);
	close(s[0]);
	events("closed", s[1]);
	show("write", write(s[1], "x", 1));
	show("write", write(s[1], "x", 1));
	show("read", read(s[1], buf, 10));
	show("read", read(s[1], buf, 10));
	show("read", read(s[1], buf, 10));
	events("closed", s[1]);
	show("write", write(s[1], "x", 1));
	len = sizeof a;
	show("peername", getpeername(s[1], (void *)&a, &len));
	close(s[1]);
	printf("SIGPIPE %d\n", pipes);

	socketpair(AF_UNIX, type, 0, s);
	memset(&a, 0, sizeof a);
	a.sun_family = AF_UNIX;
	strcpy(a.sun_path + 1, "nobody here");
	show("sendto", sendto(s[0], "x", 1, MSG_DONTWAIT, (void *)&a, 20));
	close(s[0]);
	close(s[1]);
}

int main(void)
{
	int s[2], n;
	long total = 0;
	pthread_t t;

	signal(SIGPIPE, on_pipe);
	for (size_t i = 0; i < sizeof big; i++)
		big[i] = i * 7;
	each(SOCK_STREAM);
	each(SOCK_DGRAM);
	each(SOCK_SEQPACKET);

	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	pthread_create(&t, NULL, writer, &s[0]);
	for (int bad = 0; (n = read(s[1], buf, 10007)) > 0 || (printf("wrong %d\n", bad), 0); total += n)
		for (int i = 0; i < n; i++)
			bad += buf[i] != big[(total + i) % sizeof big];
	pthread_join(t, NULL);
	printf("through the socket %ld, end %d\n", total, n);
	close(s[1]);

	show("family", socketpair(AF_UNIX, 77, 0, s));
	show("protocol", socketpair(AF_UNIX, SOCK_STREAM, 9, s));
	show("flags", socketpair(AF_UNIX, SOCK_STREAM | 0x100000, 0, s));
	pipe(s);
	show("not a socket", send(s[1], "x", 1, 0));
	show("not a socket", shutdown(s[1], 0));
	show("no file", recv(77, buf, 1, 0));
	signal(SIGPIPE, SIG_DFL);
	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	close(s[0]);
	fflush(stdout);
	write(s[1], "x", 1);
	puts("not reached");
	return 0;
}
