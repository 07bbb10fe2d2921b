/* AF_UNIX: names and connections. Each line is what a call answered; the host's answers are the right ones. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>
#include "alone.h"

static struct sockaddr_un sa;
static char buf[100000];

static void show(const char *what, long r)
{
	printf("%s: %ld %s\n", what, r, r < 0 ? strerrorname_np(errno) : "");
}

/* "@x" is an abstract name. */
static socklen_t name(const char *s)
{
	memset(&sa, 0, sizeof sa);
	sa.sun_family = AF_UNIX;
	strcpy(sa.sun_path, s);
	if (*s == '@')
		sa.sun_path[0] = 0;
	return offsetof(struct sockaddr_un, sun_path) + strlen(s) + (*s == '@' ? 0 : 1);
}

static int do_bind(int fd, const char *s) { socklen_t n = name(s); return bind(fd, (void *)&sa, n); }
static int do_connect(int fd, const char *s) { socklen_t n = name(s); return connect(fd, (void *)&sa, n); }
static int do_send(int fd, const char *s, const char *text, int flags)
{
	socklen_t n = name(s);
	return sendto(fd, text, strlen(text), flags, (void *)&sa, n);
}

static void address(const char *what, int fd, int peer)
{
	socklen_t len = sizeof sa;

	memset(&sa, 0, sizeof sa);
	int r = (peer ? getpeername : getsockname)(fd, (void *)&sa, &len);
	printf("%s: %d length %d [%c%s]\n", what, r, r ? -1 : (int)len, sa.sun_path[0] ? sa.sun_path[0] : '@', sa.sun_path + 1);
}

static void events(const char *what, int fd)
{
	struct pollfd p = { fd, POLLIN | POLLOUT | POLLRDHUP | POLLPRI, 0 };

	poll(&p, 1, 0);
	printf("%s: events %x\n", what, p.revents);
}

static void peer(const char *what, int fd)
{
	struct ucred c = { -5, -5, -5 };
	socklen_t len = sizeof c;

	int r = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &c, &len);
	printf("%s: %d pid %s uid %d gid %d\n", what, r, c.pid == getpid() ? "own" : c.pid ? "other" : "none", c.uid, c.gid);
}

static int option(int fd, int o)
{
	int n = -7;
	socklen_t len = sizeof n;

	return getsockopt(fd, SOL_SOCKET, o, &n, &len) ? -errno : n;
}

static void names(void)
{
	struct stat st;
	int a = socket(AF_UNIX, SOCK_STREAM, 0), b = socket(AF_UNIX, SOCK_STREAM, 0), d = socket(AF_UNIX, SOCK_DGRAM, 0);

	address("fresh", a, 0);
	address("fresh peer", a, 1);
	peer("fresh", a);
	events("fresh stream", a);
	events("fresh dgram", d);
	show("listen unbound", listen(a, 5));
	show("accept unbound", accept(a, NULL, NULL));
	show("bind", do_bind(a, "/tmp/s1"));
	address("bound", a, 0);
	show("bind again", do_bind(a, "/tmp/s2"));
	show("no second node", access("/tmp/s2", F_OK));
	show("bind abstract again", do_bind(a, "@other"));
	show("in use", do_bind(b, "/tmp/s1"));
	stat("/tmp/s1", &st);
	printf("mode %o size %ld links %ld\n", st.st_mode, (long)st.st_size, (long)st.st_nlink);
	show("open", open("/tmp/s1", O_RDWR));
	show("open path", open("/tmp/s1", O_PATH) < 0);
	show("no folder", do_bind(b, "/tmp/none/s"));
	show("not a folder", do_bind(b, "/tmp/s1/s"));
	show("slash", do_bind(b, "/tmp/new/"));
	show("empty", bind(b, (void *)&sa, 0));
	sa.sun_family = AF_INET;
	show("family", bind(b, (void *)&sa, sizeof sa));
	sa.sun_family = AF_UNIX;
	show("long", bind(b, (void *)&sa, sizeof sa + 1));
	show("short", bind(b, (void *)&sa, 1));
	show("negative", bind(b, (void *)&sa, -1));
	show("bad pointer", bind(b, (void *)8, 20));
	memset(sa.sun_path, 'x', sizeof sa.sun_path);
	memcpy(sa.sun_path, "/tmp/", 5);
	memcpy(buf, sa.sun_path, sizeof sa.sun_path);
	unlink(buf);
	show("full length", bind(b, (void *)&sa, sizeof sa));
	socklen_t len = sizeof sa + 10;
	show("its name", getsockname(b, (void *)buf, &len));
	printf("length %d\n", len);
	memset(buf, 0, sizeof buf);
	len = 10;
	show("cut name", getsockname(b, (void *)buf, &len));
	printf("length %d [%s]\n", len, buf + 2);
	len = -1;
	show("negative length", getsockname(b, (void *)buf, &len));
	memset(buf, 'x', sizeof sa.sun_path);
	memcpy(buf, "/tmp/", 5);
	unlink(buf);
	close(b);

	b = socket(AF_UNIX, SOCK_STREAM, 0);
	show("abstract", do_bind(b, "@one"));
	address("abstract", b, 0);
	int c = socket(AF_UNIX, SOCK_STREAM, 0);
	show("abstract in use", do_bind(c, "@one"));
	show("other type", do_bind(d, "@one"));
	show("autobind", bind(c, (void *)&sa, 2));
	len = sizeof sa;
	getsockname(c, (void *)&sa, &len);
	printf("autobound %d %d\n", len, sa.sun_path[0]);
	show("autobind again", bind(c, (void *)&sa, 2));
	close(b);
	b = socket(AF_UNIX, SOCK_STREAM, 0);
	show("free again", do_bind(b, "@one"));

	show("connect nobody", do_connect(c, "/tmp/nobody"));
	show("connect no abstract", do_connect(c, "@nobody"));
	show("connect not listening", do_connect(c, "/tmp/s1"));
	show("connect to a file", (close(open("/tmp/plain", O_CREAT | O_WRONLY, 0600)), do_connect(c, "/tmp/plain")));
	show("connect to a folder", do_connect(c, "/tmp"));
	show("wrong type", (close(d), d = socket(AF_UNIX, SOCK_DGRAM, 0), do_connect(d, "/tmp/s1")));
	show("wrong abstract type", do_connect(d, "@one"));
	show("seqpacket", do_connect(socket(AF_UNIX, SOCK_SEQPACKET, 0), "/tmp/s1"));
	close(a);
	show("after close", do_connect(c, "/tmp/s1"));
	a = socket(AF_UNIX, SOCK_STREAM, 0);
	show("stays", do_bind(a, "/tmp/s1"));
	show("unlink", unlink("/tmp/s1"));
	show("bind", do_bind(a, "/tmp/s1"));
	show("listen", listen(a, 5));
	symlink("/tmp/s1", "/tmp/link");
	show("through a link", do_connect(c, "/tmp/link"));
	address("peer", c, 1);
	unlink("/tmp/link");
	unlink("/tmp/plain");
	rename("/tmp/s1", "/tmp/s3");
	int e = socket(AF_UNIX, SOCK_STREAM, 0);
	show("old name", do_connect(e, "/tmp/s1"));
	show("new name", do_connect(e, "/tmp/s3"));
	address("renamed peer", e, 1);
	chdir("/tmp");
	int r = socket(AF_UNIX, SOCK_STREAM, 0);
	show("relative", do_bind(r, "rel"));
	address("relative", r, 0);
	umask(077);
	close(r);
	r = socket(AF_UNIX, SOCK_DGRAM, 0);
	fchmod(r, 0741);
	do_bind(r, "masked");
	stat("masked", &st);
	printf("masked %o\n", st.st_mode);
	fstat(r, &st);
	printf("socket itself %o\n", st.st_mode);
	umask(022);
	unlink("rel");
	unlink("masked");
	unlink("s3");
	show("sock raw", (close(r), r = socket(AF_UNIX, SOCK_RAW, 0)) < 0);
	printf("type %d\n", option(r, SO_TYPE));
	show("bad type", socket(AF_UNIX, 7, 0));
	show("huge type", socket(AF_UNIX, 15, 0));
	show("protocol", socket(AF_UNIX, SOCK_STREAM, 2));
	show("own protocol", socket(AF_UNIX, SOCK_STREAM, 1) < 0);
	show("family", socket(77, SOCK_STREAM, 0));
	for (int i = 3; i < 40; i++)
		close(i);
}

static void *late_client(void *arg)
{
	int c = socket(AF_UNIX, SOCK_STREAM, 0);

	usleep(10000);
	do_connect(c, "@server");
	write(c, "late", 4);
	close(c);
	return NULL;
}

static void *late_accept(void *arg)
{
	usleep(10000);
	close(accept(*(int *)arg, NULL, NULL));
	return NULL;
}

static void connections(int type)
{
	pthread_t t;
	int l = socket(AF_UNIX, type, 0), c[6], s, n;
	socklen_t len;

	printf("connections of type %d\n", type);
	show("bind", do_bind(l, "@server"));
	show("accept before listen", accept(l, NULL, NULL));
	show("listen", listen(l, 1));
	printf("listening %d error %d\n", option(l, SO_ACCEPTCONN), option(l, SO_ERROR));
	events("listener", l);
	show("inq", ioctl(l, FIONREAD, &n));
	show("recv", recv(l, buf, 10, 0));
	show("send", send(l, buf, 10, MSG_NOSIGNAL));
	show("connect a listener", do_connect(l, "@server"));
	fcntl(l, F_SETFL, O_NONBLOCK);
	show("accept none", accept(l, NULL, NULL));
	fcntl(l, F_SETFL, 0);
	struct timeval tv = { 0, 5000 };
	setsockopt(l, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
	show("accept in time", accept(l, NULL, NULL));
	for (int i = 0; i < 4; i++) {
		c[i] = socket(AF_UNIX, type | SOCK_NONBLOCK, 0);
		show("connect", do_connect(c[i], "@server"));
	}
	events("listener", l);
	events("client", c[0]);
	events("refused client", c[2]);
	show("connect again", do_connect(c[0], "@server"));
	show("write ahead", write(c[0], "ahead", 5));
	peer("client", c[0]);
	address("client's peer", c[0], 1);
	address("client", c[0], 0);
	memset(&sa, 0xee, sizeof sa);
	len = sizeof sa;
	s = accept4(l, (void *)&sa, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
	printf("accepted %d, flags %x %x, address %d %d\n", s > 0, fcntl(s, F_GETFL), fcntl(s, F_GETFD), len, sa.sun_family);
	address("accepted", s, 0);
	peer("accepted", s);
	len = 77;
	show("recvfrom", recvfrom(s, buf, 100, 0, (void *)&sa, &len));
	printf("source %d\n", len);
	show("more", recv(s, buf, 100, 0));
	printf("domain %d protocol %d accepts %d\n", option(s, SO_DOMAIN), option(s, SO_PROTOCOL), option(s, SO_ACCEPTCONN));
	show("bind connected", do_bind(c[0], "@client"));
	send(c[0], "x", 1, 0);
	memset(&sa, 0, sizeof sa);
	len = sizeof sa;
	show("recvfrom", recvfrom(s, buf, 100, 0, (void *)&sa, &len));
	printf("source %d [%s]\n", len, sa.sun_path + 1);
	show("listen connected", listen(c[0], 1));
	show("sendto connected", do_send(c[0], "@server", "y", 0));
	show("sendto unconnected", do_send(c[3], "@server", "y", 0));
	show("send unconnected", send(c[3], "y", 1, 0));
	show("recv unconnected", recv(c[3], buf, 1, 0));
	show("bad flags", accept4(l, NULL, NULL, 1));
	close(c[1]);
	events("listener with one that left", l);
	int gone = accept(l, NULL, NULL);
	show("accept it", gone < 0);
	events("gone", gone);
	show("read it", read(gone, buf, 10));
	close(gone);

	show("connect", do_connect(c[2], "@server"));
	write(c[2], "unread", 6);
	close(l);
	events("listener closed", c[2]);
	printf("error %d\n", option(c[2], SO_ERROR));
	show("read", read(c[2], buf, 10));
	show("read", read(c[2], buf, 10));
	show("write", send(c[2], "x", 1, MSG_NOSIGNAL));
	address("peer", c[2], 1);
	show("refused", do_connect(c[3], "@server"));
	write(s, "unread", 6);
	close(c[0]);
	events("peer closed with nothing unread for it", s);
	show("read", read(s, buf, 10));
	show("write", send(s, "x", 1, MSG_NOSIGNAL));
	address("closed peer", s, 1);
	for (int i = 3; i < 40; i++)
		close(i);
	if (type != SOCK_STREAM)
		return;

	l = socket(AF_UNIX, type, 0);
	do_bind(l, "@server");
	listen(l, 0);
	pthread_create(&t, NULL, late_client, NULL);
	len = sizeof sa;
	s = accept(l, (void *)&sa, &len);
	show("waited", s < 0);
	show("late", read(s, buf, 10));
	pthread_join(t, NULL);
	c[0] = socket(AF_UNIX, type, 0);
	c[1] = socket(AF_UNIX, type, 0);
	show("first", do_connect(c[0], "@server"));
	pthread_create(&t, NULL, late_accept, &l);
	show("second waits", do_connect(c[1], "@server"));
	pthread_join(t, NULL);
	setsockopt(c[1], SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv);
	close(c[0]);
	c[0] = socket(AF_UNIX, type, 0);
	setsockopt(c[0], SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv);
	show("full", do_connect(c[0], "@server"));
	show("shut listener", shutdown(l, SHUT_RD));
	show("refused", do_connect(c[0], "@server"));
	close(accept(l, NULL, NULL));
	show("accept shut", accept(l, NULL, NULL));
	events("shut listener", l);
	for (int i = 3; i < 40; i++)
		close(i);
}

static void datagrams(void)
{
	int a = socket(AF_UNIX, SOCK_DGRAM, 0), b = socket(AF_UNIX, SOCK_DGRAM, 0), c = socket(AF_UNIX, SOCK_DGRAM, 0), n;
	socklen_t len;

	show("bind", do_bind(a, "/tmp/dgram"));
	show("listen", listen(a, 1));
	show("accept", accept(a, NULL, NULL));
	show("nowhere", send(b, "x", 1, 0));
	show("nobody", do_send(b, "/tmp/nobody", "x", 0));
	show("nobody abstract", do_send(b, "@nobody", "x", 0));
	show("sendto", do_send(b, "/tmp/dgram", "hello", 0));
	show("inq", ioctl(a, FIONREAD, &n));
	printf("%d\n", n);
	len = sizeof sa;
	show("recvfrom", recvfrom(a, buf, 3, MSG_TRUNC, (void *)&sa, &len));
	printf("source %d\n", len);
	show("bind", do_bind(b, "@b"));
	show("connect", do_connect(b, "/tmp/dgram"));
	peer("dgram", b);
	address("peer", b, 1);
	show("send", send(b, "hello", 5, 0));
	show("empty", send(b, "", 0, 0));
	len = sizeof sa;
	memset(&sa, 0, sizeof sa);
	show("recvfrom", recvfrom(a, buf, 100, 0, (void *)&sa, &len));
	printf("source %d [%s]\n", len, sa.sun_path + 1);
	show("empty", recv(a, buf, 100, 0));
	show("connect back", do_connect(a, "@b"));
	show("third may not", do_send(c, "/tmp/dgram", "x", 0));
	show("nor connect", do_connect(c, "/tmp/dgram"));
	show("answer", send(a, "answer", 6, 0));
	show("got", recv(b, buf, 100, 0));
	sa.sun_family = AF_UNSPEC;
	show("disconnect", connect(a, (void *)&sa, sizeof sa.sun_family));
	show("no peer", send(a, "x", 1, 0));
	show("now it may", do_connect(c, "/tmp/dgram"));
	fcntl(c, F_SETFL, O_NONBLOCK);
	for (n = 0; send(c, "fill", 4, 0) > 0; n++)
		;
	printf("queued %d %s\n", n, strerrorname_np(errno));
	events("full", c);
	show("unconnected to full", do_send(b, "/tmp/dgram", "x", MSG_DONTWAIT));
	int ep = epoll_create1(0);
	struct epoll_event ev = { EPOLLOUT | EPOLLET, { .u32 = 1 } };
	epoll_ctl(ep, EPOLL_CTL_ADD, c, &ev);
	show("epoll full", epoll_wait(ep, &ev, 1, 0));
	show("take one", recv(a, buf, 100, 0));
	events("room", c);
	show("epoll room", epoll_wait(ep, &ev, 1, 1000));
	show("epoll edge", epoll_wait(ep, &ev, 1, 0));
	while (recv(a, buf, 100, MSG_DONTWAIT) > 0)
		;
	show("not connected to name", do_send(a, "@b", "direct", 0));
	show("filtered", recv(b, buf, 100, MSG_DONTWAIT));
	close(a);
	events("receiver closed", c);
	show("send", send(c, "x", 1, 0));
	show("send", send(c, "x", 1, 0));
	show("still there", do_send(c, "/tmp/dgram", "x", 0));
	show("shut", shutdown(b, SHUT_RD));
	show("to shut", do_send(c, "@b", "x", 0));
	show("from shut", (shutdown(c, SHUT_WR), do_send(c, "@b", "x", MSG_NOSIGNAL)));
	unlink("/tmp/dgram");
	for (int i = 3; i < 40; i++)
		close(i);

	a = socket(AF_UNIX, SOCK_DGRAM, 0);
	do_bind(a, "@self");
	show("to itself", do_connect(a, "@self"));
	show("send", send(a, "me", 2, 0));
	show("recv", recv(a, buf, 10, 0));
	close(a);
}

int main(void)
{
	run_alone();
	alarm(20);
	signal(SIGPIPE, SIG_IGN);
	mkdir("/tmp/sys-unix", 0700);
	unlink("/tmp/s1");
	unlink("/tmp/s3");
	unlink("/tmp/dgram");
	names();
	connections(SOCK_STREAM);
	connections(SOCK_SEQPACKET);
	datagrams();
	rmdir("/tmp/sys-unix");
	return 0;
}
