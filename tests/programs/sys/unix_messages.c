/* AF_UNIX: ancillary data, flags, /proc/net/unix, sockets that only messages refer to. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "alone.h"

static char buf[1000];
static union { struct cmsghdr align; char b[4000]; } control;

static void show(const char *what, long r)
{
	printf("%s: %ld %s\n", what, r, r < 0 ? strerrorname_np(errno) : "");
}

static long put(int s, const char *text, size_t len, int level, int type, const void *data, size_t n, int flags)
{
	struct iovec v = { (char *)text, len };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control.b, .msg_controllen = CMSG_SPACE(n) };

	memset(control.b, 0, sizeof control.b);
	control.align = (struct cmsghdr){ .cmsg_len = CMSG_LEN(n), .cmsg_level = level, .cmsg_type = type };
	memcpy(CMSG_DATA(&control.align), data, n);
	return sendmsg(s, &m, flags);
}

static long send_fds(int s, const char *text, const int *fds, int n)
{
	return put(s, text, strlen(text), SOL_SOCKET, SCM_RIGHTS, fds, n * sizeof(int), 0);
}

static int got[300], got_count;

/* Receives, and prints everything that came. */
static long take(const char *what, int s, size_t len, size_t room, int flags)
{
	struct iovec v = { buf, len };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = room ? control.b : NULL, .msg_controllen = room };
	struct cmsghdr *c;

	memset(control.b, 0x55, sizeof control.b);
	got_count = 0;
	long r = recvmsg(s, &m, flags);
	printf("%s: %ld %s flags %x control %zu\n", what, r, r < 0 ? strerrorname_np(errno) : "", m.msg_flags, (size_t)m.msg_controllen);
	for (c = r < 0 ? NULL : CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
		size_t n = c->cmsg_len - CMSG_LEN(0);
		printf("  level %d type %d length %zu", c->cmsg_level, c->cmsg_type, (size_t)c->cmsg_len);
		if (c->cmsg_type == SCM_RIGHTS) {
			got_count = n / sizeof(int);
			memcpy(got, CMSG_DATA(c), n);
		} else if (n >= sizeof(struct ucred)) {
			struct ucred u;
			memcpy(&u, CMSG_DATA(c), sizeof u);
			printf(" pid %s uid %d gid %d", u.pid == getpid() ? "own" : u.pid ? "other" : "none", u.uid, u.gid);
		}
		printf("\n");
	}
	return r;
}

static void close_got(void)
{
	while (got_count)
		close(got[--got_count]);
}

static int open_files(void)
{
	int n = 0;

	for (int i = 0; i < 400; i++)
		n += fcntl(i, F_GETFD) >= 0;
	return n;
}

static void descriptors(int type)
{
	int s[2], p[2], many[254], n = open_files();
	struct stat a, b;

	printf("descriptors, type %d\n", type);
	socketpair(AF_UNIX, type, 0, s);
	pipe(p);
	int two[2] = { p[0], p[1] };
	show("two", send_fds(s[0], "two", two, 2));
	close(p[0]);
	close(p[1]);
	take("two", s[1], 100, 1000, 0);
	fstat(got[0], &a);
	printf("count %d, fifo %d, flags %x %x cloexec %d\n", got_count, S_ISFIFO(a.st_mode), fcntl(got[0], F_GETFL), fcntl(got[1], F_GETFL), fcntl(got[0], F_GETFD));
	show("works", write(got[1], "through", 7));
	show("works", read(got[0], buf, 100));
	close_got();
	pipe(p);
	send_fds(s[0], "cloexec", &p[1], 1);
	take("cloexec", s[1], 100, 1000, MSG_CMSG_CLOEXEC);
	printf("%x\n", fcntl(got[0], F_GETFD));
	close_got();
	send_fds(s[0], "peeked", &p[1], 1);
	take("peek", s[1], 100, 1000, MSG_PEEK);
	close_got();
	take("peeked", s[1], 100, 1000, 0);
	close_got();
	send_fds(s[0], "no room", &p[1], 1);
	take("no room", s[1], 100, 0, 0);
	send_fds(s[0], "little room", (int[]){ p[0], p[1], p[0] }, 3);
	take("little room", s[1], 100, CMSG_LEN(8), 0);
	close_got();
	send_fds(s[0], "header only", &p[1], 1);
	take("header only", s[1], 100, sizeof(struct cmsghdr), 0);
	send_fds(s[0], "less", &p[1], 1);
	take("less", s[1], 100, 7, 0);
	send_fds(s[0], "plain read", &p[1], 1);
	show("plain read", read(s[1], buf, 100));
	close(p[1]);
	show("writer gone", read(p[0], buf, 1));

	show("bad", send_fds(s[0], "bad", (int[]){ p[0], 399 }, 2));
	show("negative", send_fds(s[0], "bad", (int[]){ -1 }, 1));
	for (int i = 0; i < 254; i++)
		many[i] = p[0];
	show("most", send_fds(s[0], "most", many, 253));
	take("most", s[1], 100, sizeof control, 0);
	printf("%d\n", got_count);
	close_got();
	show("too many", send_fds(s[0], "more", many, 254));
	show("none", send_fds(s[0], "none", many, 0));
	take("none", s[1], 100, 1000, 0);
	show("type", put(s[0], "x", 1, SOL_SOCKET, 77, many, 4, 0));
	show("level", put(s[0], "x", 1, 77, 1, many, 4, 0));
	take("level", s[1], 100, 1000, 0);
	struct iovec v = { "x", 1 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control.b, .msg_controllen = CMSG_SPACE(4) };
	control.align = (struct cmsghdr){ .cmsg_len = 3, .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS };
	show("short header", sendmsg(s[0], &m, 0));
	control.align.cmsg_len = 100;
	show("long header", sendmsg(s[0], &m, 0));
	m.msg_controllen = 10;
	show("no header", sendmsg(s[0], &m, 0));
	take("no header", s[1], 100, 1000, 0);
	m.msg_control = (void *)8;
	m.msg_controllen = 100;
	show("bad pointer", sendmsg(s[0], &m, 0));
	m.msg_control = control.b;
	m.msg_controllen = 1 << 30;
	show("huge", sendmsg(s[0], &m, 0));

	send(s[0], "before", 6, 0);
	send_fds(s[0], "with", &p[0], 1);
	send(s[0], "after", 5, 0);
	take("a read ends behind files", s[1], 100, 1000, 0);
	close_got();
	take("rest", s[1], 100, 1000, 0);
	close_got();
	if (type != SOCK_STREAM) {
		take("rest", s[1], 100, 1000, 0);
		send_fds(s[0], "truncated", &p[0], 1);
		take("truncated", s[1], 3, 1000, 0);
		close_got();
		show("empty with files", put(s[0], "", 0, SOL_SOCKET, SCM_RIGHTS, &p[0], 4, 0));
		take("empty", s[1], 3, 1000, 0);
		close_got();
	} else {
		send_fds(s[0], "split", &p[0], 1);
		take("first part", s[1], 2, 1000, 0);
		close_got();
		take("second part", s[1], 100, 1000, 0);
	}
	struct rlimit old, few;
	getrlimit(RLIMIT_NOFILE, &old);
	few = old;
	int free = dup(0);
	close(free);
	few.rlim_cur = free + 1;	/* room for one */
	send_fds(s[0], "limited", (int[]){ p[0], p[0], p[0] }, 3);
	setrlimit(RLIMIT_NOFILE, &few);
	take("limited", s[1], 100, 1000, 0);
	setrlimit(RLIMIT_NOFILE, &old);
	close_got();

	close(p[0]);
	pipe(p);
	fstat(p[0], &b);
	send_fds(s[0], "dropped", &p[1], 1);
	close(p[1]);
	close(s[1]);
	close(s[0]);
	show("dropped with its message", read(p[0], buf, 1));
	close(p[0]);
	printf("leaked %d\n", open_files() - n);
}

static void credentials(int type)
{
	int s[2], on = 1, off = 0;
	struct ucred u = { getpid(), getuid(), getgid() };
	struct sockaddr_un a;
	socklen_t len = sizeof a;

	printf("credentials, type %d\n", type);
	socketpair(AF_UNIX, type, 0, s);
	send(s[0], "early", 5, 0);
	show("on", setsockopt(s[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on));
	int n = 0;
	socklen_t l = sizeof n;
	getsockopt(s[1], SOL_SOCKET, SO_PASSCRED, &n, &l);
	printf("%d\n", n);
	take("early", s[1], 100, 1000, 0);
	send(s[0], "plain", 5, 0);
	take("plain", s[1], 100, 1000, 0);
	send(s[0], "no room", 7, 0);
	take("no room", s[1], 100, 0, 0);
	send(s[0], "little", 6, 0);
	take("little", s[1], 100, CMSG_LEN(4), 0);
	show("own", put(s[0], "own", 3, SOL_SOCKET, SCM_CREDENTIALS, &u, sizeof u, 0));
	take("own", s[1], 100, 1000, 0);
	u.pid = 3999999;
	show("nobody's", put(s[0], "x", 1, SOL_SOCKET, SCM_CREDENTIALS, &u, sizeof u, 0));
	u.pid = getpid();
	u.uid = 1234;
	show("another's", put(s[0], "another", 7, SOL_SOCKET, SCM_CREDENTIALS, &u, sizeof u, 0));
	take("another's", s[1], 100, 1000, 0);
	u.uid = -1;
	show("no user", put(s[0], "x", 1, SOL_SOCKET, SCM_CREDENTIALS, &u, sizeof u, 0));
	show("short", put(s[0], "x", 1, SOL_SOCKET, SCM_CREDENTIALS, &u, 8, 0));
	u.uid = 1234;
	put(s[0], "one", 3, SOL_SOCKET, SCM_CREDENTIALS, &u, sizeof u, 0);
	send(s[0], "two", 3, 0);
	send(s[0], "three", 5, 0);
	take("not glued", s[1], 100, 1000, 0);
	take("glued", s[1], 100, 1000, 0);
	if (type != SOCK_STREAM)
		take("last", s[1], 100, 1000, 0);
	put(s[0], "fds too", 7, SOL_SOCKET, SCM_RIGHTS, &s[0], 4, 0);
	take("fds too", s[1], 100, 1000, 0);
	close_got();
	show("off", setsockopt(s[1], SOL_SOCKET, SO_PASSCRED, &off, sizeof off));
	put(s[0], "unwanted", 8, SOL_SOCKET, SCM_CREDENTIALS, &u, sizeof u, 0);
	take("unwanted", s[1], 100, 1000, 0);
	setsockopt(s[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
	send(s[0], "bound", 5, 0);
	getsockname(s[0], (void *)&a, &len);
	printf("bound by sending %d\n", len);
	close(s[0]);
	close(s[1]);
}

/* Files that are only in queues which only they could read: the pipe's writer among them must go. */
static void cycles(void)
{
	int a[2], b[2], p[2];

	pipe(p);
	socketpair(AF_UNIX, SOCK_STREAM, 0, a);
	socketpair(AF_UNIX, SOCK_DGRAM, 0, b);
	send_fds(a[0], "a", (int[]){ a[0], a[1], p[1] }, 3);
	send_fds(b[0], "b", (int[]){ a[0], b[1] }, 2);
	send_fds(a[0], "c", (int[]){ b[0], b[1] }, 2);
	close(p[1]);
	close(a[0]);
	close(a[1]);
	close(b[0]);
	fcntl(p[0], F_SETFL, O_NONBLOCK);
	show("still reachable", read(p[0], buf, 1));
	close(b[1]);
	socketpair(AF_UNIX, SOCK_STREAM, 0, a);	/* closing a socket makes the kernel look */
	close(a[0]);
	close(a[1]);
	struct pollfd f = { p[0], POLLIN, 0 };
	poll(&f, 1, 2000);
	show("unreachable", read(p[0], buf, 1));
	close(p[0]);

	/* a connection that nobody accepted */
	struct sockaddr_un sa = { AF_UNIX, "\0cycle" };
	pipe(p);
	a[0] = socket(AF_UNIX, SOCK_STREAM, 0);
	a[1] = socket(AF_UNIX, SOCK_STREAM, 0);
	bind(a[0], (void *)&sa, 10);
	listen(a[0], 5);
	connect(a[1], (void *)&sa, 10);
	send_fds(a[1], "d", (int[]){ a[0], p[1] }, 2);
	close(a[0]);
	close(p[1]);
	close(a[1]);
	f.fd = p[0];
	poll(&f, 1, 2000);
	show("unaccepted", read(p[0], buf, 1));
	close(p[0]);

	/* a long chain of sockets, each in the queue of the next */
	int last = -1;
	for (int i = 0; i < 3000; i++) {
		socketpair(AF_UNIX, SOCK_DGRAM, 0, a);
		if (last >= 0)
			send_fds(a[0], "e", &last, 1);
		if (last >= 0)
			close(last);
		close(a[0]);
		last = a[1];
	}
	show("chain", close(last));
}

static void calls(void)
{
	int s[2], n;
	char line[300];
	struct sockaddr_un sa = { AF_UNIX, "/tmp/sys-listed" };

	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	int f = open("/tmp/sys-data", O_CREAT | O_TRUNC | O_RDWR, 0600);
	write(f, "contents of a file", 18);
	off_t from = 0;
	show("sendfile", sendfile(s[0], f, &from, 100));
	show("read", read(s[1], buf, 100));
	show("waitall peek", (send(s[0], "abc", 3, 0), recv(s[1], buf, 10, MSG_WAITALL | MSG_PEEK | MSG_DONTWAIT)));
	show("waitall", recv(s[1], buf, 10, MSG_WAITALL | MSG_DONTWAIT));
	show("nothing", recv(s[1], buf, 0, MSG_DONTWAIT));
	send(s[0], "abc", 3, 0);
	show("zero bytes", recv(s[1], buf, 0, 0));
	show("trunc", recv(s[1], buf, 1, MSG_TRUNC));
	ioctl(s[1], FIONREAD, &n);
	printf("left %d\n", n);
	show("oob", send(s[0], "x", 1, MSG_OOB) < 0 ? 1 : 1);
	unlink("/tmp/sys-data");
	close(f);
	close(s[0]);
	close(s[1]);

	unlink(sa.sun_path);
	int l = socket(AF_UNIX, SOCK_STREAM, 0), d = socket(AF_UNIX, SOCK_DGRAM, 0);
	bind(l, (void *)&sa, sizeof sa);
	listen(l, 1);
	memcpy(sa.sun_path, "\0sys\0listed", 11);
	bind(d, (void *)&sa, 2 + 11);
	FILE *t = fopen("/proc/net/unix", "r");
	printf("%s", fgets(line, sizeof line, t) ? line : "no header\n");
	while (fgets(line, sizeof line, t)) {
		char *path = strstr(line, "sys");
		unsigned flags, type, state, refs;
		if (path && strstr(path, "listed") && sscanf(line, "%*s %x %*s %x %x %x", &refs, &flags, &type, &state) == 4)
			printf("%zu refs %u flags %08X type %04X state %02X %s", strcspn(line, ":"), refs, flags, type, state, path - 1);
	}
	fclose(t);
	unlink("/tmp/sys-listed");
	close(l);
	close(d);
}

/* As long as nobody sends any. */
static void urgent(void)
{
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET };
	char b[10];

	for (int i = 0; i < 3; i++) {
		int p[2], mark = -1, r;
		socketpair(AF_UNIX, types[i], 0, p);
		r = recv(p[0], b, sizeof(b), MSG_OOB | MSG_DONTWAIT);
		printf("urgent: %s, ", strerrorname_np(errno));
		r = ioctl(p[0], 0x8905, &mark);	/* SIOCATMARK */
		printf("at mark %d %d\n", r, mark);
		close(p[0]);
		close(p[1]);
	}
}

int main(int argc, char **argv)
{
	run_alone();
	alarm(20);
	signal(SIGPIPE, SIG_IGN);
	setvbuf(stdout, NULL, _IONBF, 0);
	if (argc > 1) {	/* Linux takes its time for it */
		cycles();
		return 0;
	}
	int types[] = { SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET };
	for (int i = 0; i < 3; i++) {
		descriptors(types[i]);
		credentials(types[i]);
	}
	calls();
	urgent();
	return 0;
}
