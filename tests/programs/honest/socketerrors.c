/* System calls on sockets, and those that only tell something: each with good arguments, and their errors. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static char buf[256];
#define S(n, ...) do { errno = 0; long r_ = syscall(SYS_##n, ##__VA_ARGS__); if (r_ < 0) printf("%s(%s): %s\n", #n, #__VA_ARGS__, strerror(errno)); else printf("%s(%s) = %ld\n", #n, #__VA_ARGS__, r_); } while (0)
#define F(n, ...) do { errno = 0; long f_ = syscall(SYS_##n, ##__VA_ARGS__); printf("%s(%s): %s\n", #n, #__VA_ARGS__, f_ < 0 ? strerror(errno) : "a descriptor"); if (f_ >= 0) close(f_); } while (0)

static struct sockaddr_un name(const char *s)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	strcpy(a.sun_path + 1, s);	/* an abstract one */
	return a;
}
#define LEN(s) (offsetof(struct sockaddr_un, sun_path) + 1 + strlen(s))

static void sockets(void)
{
	struct sockaddr_un a = name("socketerrors"), other = name("socketerrors-none"), got, long_one = { .sun_family = AF_UNIX };
	socklen_t n = sizeof(got), neg = -1;
	int reg = open("/dev/null", O_RDWR), l = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), c = socket(AF_UNIX, SOCK_STREAM, 0), d = socket(AF_UNIX, SOCK_DGRAM, 0), p[2], pair[2], v;
	struct msghdr m = { 0 };
	struct mmsghdr mm = { 0 };

	pipe(p);
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	F(socket, AF_UNIX, SOCK_STREAM, 0); F(socket, 0, SOCK_STREAM, 0); F(socket, 999, SOCK_STREAM, 0); F(socket, AF_UNIX, 77, 0); F(socket, AF_UNIX, SOCK_STREAM, 77); F(socket, AF_UNIX, SOCK_STREAM | 0x100, 0); F(socket, AF_UNIX, 0, 0); F(socket, -1, 0, 0);
	S(socketpair, AF_UNIX, 77, 0, p); S(socketpair, 999, SOCK_STREAM, 0, p); S(socketpair, AF_UNIX, SOCK_STREAM, 77, p); S(socketpair, 0, SOCK_STREAM, 0, p);
	S(bind, 999, &a, LEN("socketerrors")); S(bind, reg, &a, LEN("socketerrors")); S(bind, l, &a, 1); S(bind, l, &a, 200); S(bind, l, &a, -1);
	S(bind, l, &a, LEN("socketerrors")); S(bind, l, &a, LEN("socketerrors")); S(bind, c, &a, LEN("socketerrors"));
	S(accept, l, NULL, NULL); S(listen, 999, 1); S(listen, reg, 1); S(listen, d, 1); S(listen, c, 1); S(listen, pair[0], 1); S(listen, l, 5); S(accept, l, NULL, NULL); S(accept, 999, NULL, NULL); S(accept, reg, NULL, NULL); S(accept, d, NULL, NULL); S(accept, pair[0], NULL, NULL); S(accept4, l, NULL, NULL, 0x100); S(accept4, l, NULL, NULL, SOCK_CLOEXEC);
	S(connect, 999, &a, LEN("socketerrors")); S(connect, reg, &a, LEN("socketerrors")); S(connect, c, &other, LEN("socketerrors-none")); S(connect, c, &a, 1); S(connect, d, &a, LEN("socketerrors")); S(connect, l, &a, LEN("socketerrors"));
	S(getpeername, c, &got, &n); S(connect, c, &a, LEN("socketerrors")); S(connect, c, &a, LEN("socketerrors")); S(connect, pair[0], &a, LEN("socketerrors"));
	int s = syscall(SYS_accept, l, NULL, NULL);
	printf("accepted %d\n", s >= 0);
	n = sizeof(got); S(getpeername, c, &got, &n); printf("%d\n", n); n = sizeof(got); S(getsockname, l, &got, &n); printf("%d\n", n); n = 2; S(getsockname, l, &got, &n); printf("%d\n", n); S(getsockname, l, &got, &neg); S(getsockname, 999, &got, &n); S(getsockname, reg, &got, &n); S(getpeername, 999, &got, &n); S(getpeername, reg, &got, &n); S(getpeername, l, &got, &n); n = 2; S(getpeername, c, &got, &n); neg = -1; S(getpeername, c, &got, &neg);
	S(sendto, 999, buf, 1, 0, NULL, 0); S(sendto, reg, buf, 1, 0, NULL, 0); S(sendto, l, buf, 1, MSG_NOSIGNAL, NULL, 0); S(sendto, c, buf, 1, 0, &a, LEN("socketerrors")); S(sendto, d, buf, 1, 0, NULL, 0); S(sendto, d, buf, 1, 0, &other, LEN("socketerrors-none")); S(sendto, c, buf, 5, 0, NULL, 0);
	S(recvfrom, 999, buf, 1, 0, NULL, NULL); S(recvfrom, reg, buf, 1, 0, NULL, NULL); S(recvfrom, s, buf, 2, MSG_PEEK, NULL, NULL); S(recvfrom, s, buf, 10, 0, NULL, NULL); S(recvfrom, s, buf, 10, MSG_DONTWAIT, NULL, NULL); S(recvfrom, l, buf, 1, 0, NULL, NULL); S(recvfrom, d, buf, 1, MSG_DONTWAIT, NULL, NULL);
	S(sendmsg, 999, &m, 0); S(sendmsg, reg, &m, 0); S(recvmsg, 999, &m, 0); S(recvmsg, reg, &m, 0); m.msg_iovlen = 2000; S(sendmsg, c, &m, 0); S(recvmsg, c, &m, MSG_DONTWAIT); S(sendmmsg, 999, &mm, 1, 0); S(recvmmsg, 999, &mm, 1, 0, NULL); S(sendmmsg, c, &mm, 0, 0); S(recvmmsg, c, &mm, 0, 0, NULL);
	S(shutdown, 999, 0); S(shutdown, reg, 0); S(shutdown, c, 3); S(shutdown, c, -1); S(shutdown, d, 0); S(shutdown, c, 1); S(sendto, c, buf, 1, MSG_NOSIGNAL, NULL, 0); S(recvfrom, s, buf, 1, 0, NULL, NULL);
	n = 4; S(getsockopt, 999, SOL_SOCKET, SO_TYPE, &v, &n); S(getsockopt, reg, SOL_SOCKET, SO_TYPE, &v, &n); S(getsockopt, c, SOL_SOCKET, SO_TYPE, &v, &n); S(getsockopt, c, SOL_SOCKET, 9999, &v, &n); S(getsockopt, c, 9999, 1, &v, &n); S(getsockopt, c, SOL_SOCKET, SO_TYPE, &v, &neg); S(getsockopt, l, SOL_SOCKET, SO_ACCEPTCONN, &v, &n); printf("%d\n", v);
	v = 1; S(setsockopt, 999, SOL_SOCKET, SO_REUSEADDR, &v, 4); S(setsockopt, reg, SOL_SOCKET, SO_REUSEADDR, &v, 4); S(setsockopt, c, SOL_SOCKET, SO_REUSEADDR, &v, 4); S(setsockopt, c, SOL_SOCKET, SO_REUSEADDR, &v, 2); S(setsockopt, c, SOL_SOCKET, SO_REUSEADDR, &v, -1); S(setsockopt, c, SOL_SOCKET, 9999, &v, 4); S(setsockopt, c, 9999, 1, &v, 4); S(setsockopt, c, SOL_SOCKET, SO_TYPE, &v, 4); S(setsockopt, c, SOL_SOCKET, SO_ERROR, &v, 4);
}

static void handler(int sig) { }

static void told(void)
{
	int word, old = syscall(SYS_set_tid_address, &word);

	printf("%d %d %d\n", old == syscall(SYS_gettid), syscall(SYS_getpid) == getpid(), syscall(SYS_getppid) == getppid());
	printf("%d %d\n", syscall(SYS_getpgrp) == syscall(SYS_getpgid, 0), syscall(SYS_getuid) == getuid());
	printf("%d %d %d\n", syscall(SYS_geteuid) == geteuid(), syscall(SYS_getgid) == getgid(), syscall(SYS_getegid) == getegid());
	S(sched_yield); S(set_robust_list, buf, 1); S(set_robust_list, NULL, 24); F(eventfd, 3); F(inotify_init); S(alarm, 0); S(alarm, 100); printf("%d\n", syscall(SYS_alarm, 0) > 90);
	signal(SIGALRM, handler);
	ualarm(20000, 0);
	S(pause);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	sockets(), told();
	syscall(SYS_setsid);	/* what it says depends on who started this */
	fflush(stdout);
	syscall(SYS_exit_group, 0);
	return 1;
}
