/* Sockets, of the family that every host has. */
#include "effects.h"
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

static struct sockaddr_un name = { AF_UNIX, "socket" };

static int new_socket(int type) { return socket(AF_UNIX, type, 0); }

static int number(int fd, int what)
{
	int n = -1;
	socklen_t size = sizeof n;

	getsockopt(fd, SOL_SOCKET, what, &n, &size);
	return n;
}

static int bound(int type)
{
	int fd = new_socket(type);

	unlink(name.sun_path);
	return bind(fd, (void *)&name, sizeof name) ? -1 : fd;
}

static int listener(void)
{
	int fd = bound(SOCK_STREAM);

	return listen(fd, 3) ? -1 : fd;
}

EFFECT(bind)
{
	int fd = new_socket(SOCK_STREAM);
	struct sockaddr_un a = { 0 };
	socklen_t size = sizeof a;

	unlink(name.sun_path);
	return !C(bind, fd, &name, sizeof name) && S_ISSOCK(mode_of("socket")) && !getsockname(fd, (void *)&a, &size) && !strcmp(a.sun_path, "socket");
}

EFFECT(listen) { int fd = bound(SOCK_STREAM); return !number(fd, SO_ACCEPTCONN) && !C(listen, fd, 3) && number(fd, SO_ACCEPTCONN) == 1; }

EFFECT(connect)
{
	int at = listener(), fd = new_socket(SOCK_STREAM);
	struct sockaddr_un a = { 0 };
	socklen_t size = sizeof a;

	(void)at;
	return !C(connect, fd, &name, sizeof name) && !getpeername(fd, (void *)&a, &size) && !strcmp(a.sun_path, "socket");
}

static bool talk(int a, int b)
{
	char c = 0;

	return a >= 0 && b >= 0 && write(a, "x", 1) == 1 && read(b, &c, 1) == 1 && c == 'x' && write(b, "y", 1) == 1 && read(a, &c, 1) == 1 && c == 'y';
}

EFFECT(accept) { int at = listener(), fd = new_socket(SOCK_STREAM); return !connect(fd, (void *)&name, sizeof name) && talk(fd, C(accept, at, NULL, NULL)); }

EFFECT(accept4)
{
	int at = listener(), fd = new_socket(SOCK_STREAM);

	if (connect(fd, (void *)&name, sizeof name))
		return false;
	int got = C(accept4, at, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	return talk(fd, got) && fcntl(got, F_GETFD) == FD_CLOEXEC && fcntl(got, F_GETFL) & O_NONBLOCK;
}

EFFECT(socketpair) { int s[2]; return !C(socketpair, AF_UNIX, SOCK_STREAM, 0, s) && talk(s[0], s[1]); }

EFFECT(shutdown)
{
	int s[2];
	char c;

	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	signal(SIGPIPE, SIG_IGN);
	return !C(shutdown, s[0], SHUT_WR) && !read(s[1], &c, 1) && write(s[0], "x", 1) < 0 && errno == EPIPE && write(s[1], "y", 1) == 1;
}

static int left(int fd)
{
	int n = -1;

	ioctl(fd, FIONREAD, &n);
	return n;
}

EFFECT(recvfrom)
{
	int s[2];
	char b[4] = "";

	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	return write(s[0], "abc", 3) == 3 && C(recvfrom, s[1], b, 2, 0, NULL, NULL) == 2 && !strcmp(b, "ab") && left(s[1]) == 1;
}

EFFECT(recvmsg)
{
	int s[2];
	char b[4] = "";
	struct iovec v = { b, 2 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };

	socketpair(AF_UNIX, SOCK_DGRAM, 0, s);
	return write(s[0], "abc", 3) == 3 && C(recvmsg, s[1], &m, 0) == 2 && !strcmp(b, "ab") && m.msg_flags == MSG_TRUNC && !left(s[1]);
}

EFFECT(recvmmsg)
{
	int s[2];
	char b[2][4] = { "", "" };
	struct iovec v[2] = { { b[0], 4 }, { b[1], 4 } };
	struct mmsghdr m[2] = { { { .msg_iov = &v[0], .msg_iovlen = 1 }, 0 }, { { .msg_iov = &v[1], .msg_iovlen = 1 }, 0 } };

	socketpair(AF_UNIX, SOCK_DGRAM, 0, s);
	return write(s[0], "ab", 2) == 2 && write(s[0], "c", 1) == 1 && C(recvmmsg, s[1], m, 2, 0, NULL) == 2 && m[0].msg_len == 2 && m[1].msg_len == 1 &&
	       !strcmp(b[0], "ab") && !strcmp(b[1], "c") && !left(s[1]);
}

NONE(getsockname, "only reads");
NONE(getpeername, "only reads");
