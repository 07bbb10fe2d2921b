/* AF_VSOCK within the machine (VMADDR_CID_LOCAL): every call, its errors, both ends. What is printed is what Linux's
 * vsock_loopback gives. With the argument "none": in a kernel without the driver. */
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
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include <linux/vm_sockets.h>

#define PORT 5000
static char buf[1 << 20], big[1 << 20];

static void show(const char *what, long r)
{
	printf("%s: %ld %s\n", what, r, r < 0 ? strerror(errno) : "");
}

static struct sockaddr_vm address(unsigned cid, unsigned port)
{
	return (struct sockaddr_vm){ .svm_family = AF_VSOCK, .svm_cid = cid, .svm_port = port };
}

static int bind_to(int fd, unsigned cid, unsigned port)
{
	struct sockaddr_vm a = address(cid, port);
	return bind(fd, (struct sockaddr *)&a, sizeof a);
}

static int connect_to(int fd, unsigned cid, unsigned port)
{
	struct sockaddr_vm a = address(cid, port);
	return connect(fd, (struct sockaddr *)&a, sizeof a);
}

static void events(const char *what, int fd)
{
	struct pollfd p = { fd, POLLIN | POLLOUT | POLLRDHUP | POLLPRI, 0 };
	poll(&p, 1, 0);
	printf("%s: events %x\n", what, p.revents);
}

static int so_error(int fd)
{
	int e = -1;
	socklen_t n = sizeof e;
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &e, &n);
	return e;
}

static void creation(void)
{
	show("stream", socket(AF_VSOCK, SOCK_STREAM, 0) < 0 ? -1 : 0);
	show("protocol", socket(AF_VSOCK, SOCK_STREAM, AF_VSOCK) < 0 ? -1 : 0);
	show("bad protocol", socket(AF_VSOCK, SOCK_STREAM, 1));
	show("dgram", socket(AF_VSOCK, SOCK_DGRAM, 0));
	show("raw", socket(AF_VSOCK, SOCK_RAW, 0));
	show("bad type", socket(AF_VSOCK, 15, 0));
	int fd = socket(AF_VSOCK, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	printf("flags %x %x\n", fcntl(fd, F_GETFL) & O_NONBLOCK, fcntl(fd, F_GETFD));
	close(fd);
	fd = open("/dev/vsock", O_RDONLY);
	unsigned cid = 0;
	show("open", fd < 0 ? -1 : 0);
	show("local cid", ioctl(fd, IOCTL_VM_SOCKETS_GET_LOCAL_CID, &cid));
	show("other ioctl", ioctl(fd, 12345, &cid));
	close(fd);
}

static void naming(void)
{
	struct sockaddr_vm a;
	socklen_t n = sizeof a;
	int fd = socket(AF_VSOCK, SOCK_STREAM, 0), other = socket(AF_VSOCK, SOCK_STREAM, 0);

	show("unbound name", getsockname(fd, (struct sockaddr *)&a, &n));
	printf("%d %x %x %d\n", a.svm_family, a.svm_cid, a.svm_port, n);
	show("unbound peer", getpeername(fd, (struct sockaddr *)&a, &n));
	show("listen unbound", listen(fd, 1));
	show("accept unbound", accept(fd, NULL, NULL));
	show("bind cid", bind_to(fd, 777, PORT));
	a = address(VMADDR_CID_ANY, PORT);
	show("bind short", bind(fd, (struct sockaddr *)&a, 8));
	a.svm_family = AF_UNIX;
	show("bind family", bind(fd, (struct sockaddr *)&a, sizeof a));
	show("bind", bind_to(fd, VMADDR_CID_ANY, PORT));
	show("bind again", bind_to(fd, VMADDR_CID_ANY, PORT + 1));
	show("bind same", bind_to(other, VMADDR_CID_LOCAL, PORT));
	show("bind any", bind_to(other, VMADDR_CID_LOCAL, VMADDR_PORT_ANY));
	n = sizeof a;
	getsockname(other, (struct sockaddr *)&a, &n);
	printf("cid %u port above 1023: %d\n", a.svm_cid, a.svm_port > 1023);
	close(fd);
	close(other);
	show("bind freed", bind_to(fd = socket(AF_VSOCK, SOCK_STREAM, 0), VMADDR_CID_ANY, PORT));
	close(fd);
}

static void options(void)
{
	int fd = socket(AF_VSOCK, SOCK_STREAM, 0);
	unsigned long long v;
	struct timeval t;
	socklen_t n;

	for (int o = 0; o < 3; o++) {
		n = sizeof v;
		show("size", getsockopt(fd, AF_VSOCK, o, &v, &n));
		printf("%llu %d\n", v, n);
	}
	v = 1 << 20;
	show("set size", setsockopt(fd, AF_VSOCK, SO_VM_SOCKETS_BUFFER_SIZE, &v, sizeof v));
	n = sizeof v;
	getsockopt(fd, AF_VSOCK, SO_VM_SOCKETS_BUFFER_SIZE, &v, &n);
	printf("bounded to %llu\n", v);
	v = 1 << 20;
	show("set max", setsockopt(fd, AF_VSOCK, SO_VM_SOCKETS_BUFFER_MAX_SIZE, &v, sizeof v));
	show("set size", setsockopt(fd, AF_VSOCK, SO_VM_SOCKETS_BUFFER_SIZE, &v, sizeof v));
	getsockopt(fd, AF_VSOCK, SO_VM_SOCKETS_BUFFER_SIZE, &v, &n);
	printf("now %llu\n", v);
	show("short option", setsockopt(fd, AF_VSOCK, SO_VM_SOCKETS_BUFFER_SIZE, &v, 4));
	n = 4;
	show("short answer", getsockopt(fd, AF_VSOCK, SO_VM_SOCKETS_BUFFER_SIZE, &v, &n));
	n = sizeof t;
	show("timeout", getsockopt(fd, AF_VSOCK, SO_VM_SOCKETS_CONNECT_TIMEOUT, &t, &n));
	printf("%ld.%06ld\n", (long)t.tv_sec, (long)t.tv_usec);
	t = (struct timeval){ 0, 2000000 };
	show("bad timeout", setsockopt(fd, AF_VSOCK, SO_VM_SOCKETS_CONNECT_TIMEOUT, &t, sizeof t));
	show("unknown option", setsockopt(fd, AF_VSOCK, 99, &v, sizeof v));
	show("unknown level", setsockopt(fd, 6, 1, &v, sizeof v));
	int i;
	n = sizeof i;
	for (int o = 0; o < 3; o++) {
		int option[] = { SO_TYPE, SO_DOMAIN, SO_ACCEPTCONN };
		show("socket option", getsockopt(fd, SOL_SOCKET, option[o], &i, &n));
		printf("%d\n", i);
	}
	close(fd);
}

/* A listening socket and a connection to it. */
static void join(int type, int *listener, int *client, int *server)
{
	*listener = socket(AF_VSOCK, type, 0);
	*client = socket(AF_VSOCK, type, 0);
	if (bind_to(*listener, VMADDR_CID_ANY, PORT) || listen(*listener, 4))
		perror("listen");
	if (connect_to(*client, VMADDR_CID_LOCAL, PORT))
		perror("connect");
	*server = accept(*listener, NULL, NULL);
}

static void connecting(void)
{
	struct sockaddr_vm a;
	socklen_t n = sizeof a;
	int l, c, s;

	c = socket(AF_VSOCK, SOCK_STREAM, 0);
	show("send unconnected", send(c, "x", 1, MSG_NOSIGNAL));
	show("recv unconnected", recv(c, buf, 1, 0));
	show("shutdown unconnected", shutdown(c, SHUT_RDWR));
	events("unconnected", c);
	show("connect refused", connect_to(c, VMADDR_CID_LOCAL, PORT));
	printf("error %d\n", so_error(c));
	fcntl(c, F_SETFL, O_NONBLOCK);
	close(c);
	join(SOCK_STREAM, &l, &c, &s);
	show("connect twice", connect_to(c, VMADDR_CID_LOCAL, PORT));
	show("peer", getpeername(c, (struct sockaddr *)&a, &n));
	printf("%u %u\n", a.svm_cid, a.svm_port);
	show("server's name", getsockname(s, (struct sockaddr *)&a, &n));
	printf("%u %u\n", a.svm_cid, a.svm_port);
	events("listener", l);
	events("client", c);
	fcntl(l, F_SETFL, O_NONBLOCK);
	show("accept none", accept(l, NULL, NULL));
	show("listen connected", listen(c, 1));
	show("connect listener", connect_to(l, VMADDR_CID_LOCAL, PORT));
	int c2 = socket(AF_VSOCK, SOCK_STREAM | SOCK_NONBLOCK, 0);
	int r = connect_to(c2, VMADDR_CID_LOCAL, PORT);
	if (r && errno != EINPROGRESS)
		perror("connect");
	struct pollfd p = { c2, POLLOUT, 0 };
	poll(&p, 1, 1000);
	printf("connected %d %d\n", so_error(c2), !!(p.revents & POLLOUT));
	events("listener", l);
	n = sizeof a;
	int s2 = accept4(l, (struct sockaddr *)&a, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
	printf("from %u, %d %x %x\n", a.svm_cid, n, fcntl(s2, F_GETFL) & O_NONBLOCK, fcntl(s2, F_GETFD));
	show("nothing yet", recv(s2, buf, 1, 0));
	close(s2);
	close(c2);
	int full[6];
	for (int i = 0; i < 6; i++) {	/* backlog 4: Linux lets one more in */
		full[i] = socket(AF_VSOCK, SOCK_STREAM, 0);
		show("backlog", connect_to(full[i], VMADDR_CID_LOCAL, PORT));
	}
	close(l);
	show("listener gone", recv(full[0], buf, 1, 0));
	for (int i = 0; i < 6; i++)
		close(full[i]);
	close(c);
	close(s);
}

static int pipes;
static void on_pipe(int sig) { pipes++; }

static void data(void)
{
	int l, c, s, n;

	signal(SIGPIPE, on_pipe);
	join(SOCK_STREAM, &l, &c, &s);
	show("write", write(c, "hello", 5));
	show("writev", writev(c, (struct iovec[]){ { ", ", 2 }, { "world", 5 } }, 2));
	show("ioctl", ioctl(s, FIONREAD, &n));
	printf("%d bytes\n", n);
	show("peek", recv(s, buf, 3, MSG_PEEK));
	show("readv", readv(s, (struct iovec[]){ { buf, 4 }, { buf + 100, 100 } }, 2));
	printf("%.4s|%.8s\n", buf, buf + 100);
	struct iovec v = { "message", 7 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };
	show("sendmsg", sendmsg(s, &m, 0));
	v = (struct iovec){ buf, 100 };
	show("recvmsg", recvmsg(c, &m, 0));
	show("sendto", sendto(s, "x", 1, 0, (struct sockaddr *)&(struct sockaddr_vm){ AF_VSOCK }, sizeof(struct sockaddr_vm)));
	show("oob", send(s, "x", 1, MSG_OOB));
	show("nothing", recv(c, buf, 1, MSG_DONTWAIT));
	struct timeval t = { 0, 20000 };
	setsockopt(c, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
	show("late", recv(c, buf, 1, 0));
	/* as much as the peer has room for, which is 256 KB, and then no more */
	long sent = 0, r;
	while ((r = send(c, big, 10000, MSG_DONTWAIT)) > 0)
		sent += r;
	show("full", r);
	printf("took %ld\n", sent);
	events("full", c);
	show("drain", recv(s, buf, sent, MSG_WAITALL));
	events("drained", c);
	show("half", shutdown(c, SHUT_WR));
	events("half shut", c);
	events("its peer", s);
	show("end", recv(s, buf, 1, 0));
	show("still there", send(s, "abc", 3, 0));
	show("and read", recv(c, buf, 10, 0));
	show("write to it", send(c, "x", 1, 0));
	show("not again", send(c, "x", 1, MSG_NOSIGNAL));
	printf("pipes %d\n", pipes);
	send(s, "last words", 10, 0);
	close(s);
	events("closed peer", c);
	show("last", recv(c, buf, 100, 0));
	show("end", recv(c, buf, 100, 0));
	show("bad shutdown", shutdown(c, 7));
	close(c);
	close(l);
	join(SOCK_STREAM, &l, &c, &s);
	close(s);
	show("to nobody", send(c, "x", 1, MSG_NOSIGNAL));
	show("from nobody", recv(c, buf, 1, 0));
	close(c);
	close(l);
}

static void packets(void)
{
	int l, c, s;

	join(SOCK_SEQPACKET, &l, &c, &s);
	send(c, "one", 3, 0);
	send(c, "", 0, 0);
	send(c, "three", 5, MSG_EOR);
	struct iovec v = { buf, 4 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };
	show("first", recvmsg(s, &m, 0));
	printf("flags %x\n", m.msg_flags);
	show("empty", recv(s, buf, 100, 0));
	show("third", recvmsg(s, &m, 0));
	printf("flags %x\n", m.msg_flags);
	show("too long", send(c, big, 300000, 0));
	show("long", send(c, big, 200000, 0));
	show("all of it", recv(s, buf, 1000, MSG_TRUNC));
	show("none", recv(s, buf, 1000, MSG_DONTWAIT));
	close(c);
	show("end", recv(s, buf, 1000, 0));
	close(s);
	close(l);
}

static unsigned long sum(unsigned long h, const char *p, long n)
{
	while (n-- > 0)
		h = (h ^ (unsigned char)*p++) * 1099511628211UL;
	return h;
}

static void *echo(void *arg)
{
	int fd = (long)arg;
	char b[7000];
	long n;

	while ((n = read(fd, b, sizeof b)) > 0)
		for (long k, done = 0; done < n; done += k)
			if ((k = write(fd, b + done, n - done)) < 0)
				return NULL;
	shutdown(fd, SHUT_WR);
	return NULL;
}

static void *feed(void *arg)
{
	int fd = (long)arg;

	for (long k, done = 0; done < (long)sizeof big; done += k)
		if ((k = write(fd, big + done, sizeof big - done)) < 0)
			break;
	shutdown(fd, SHUT_WR);
	return NULL;
}

static void bulk(void)
{
	int l, c, s;
	unsigned long h = 0;
	pthread_t a, b;
	long n, all = 0;

	for (unsigned i = 0; i < sizeof big; i++)
		big[i] = i * 2654435761u >> 13;
	join(SOCK_STREAM, &l, &c, &s);
	pthread_create(&a, NULL, echo, (void *)(long)s);
	pthread_create(&b, NULL, feed, (void *)(long)c);
	while ((n = read(c, buf, sizeof buf)) > 0) {
		h = sum(h, buf, n);
		all += n;
	}
	printf("echoed %ld bytes, %s\n", all, h == sum(0, big, sizeof big) ? "the same" : "CHANGED");
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	close(c);
	close(s);
	close(l);
	/* single bytes cost the receiver little */
	join(SOCK_STREAM, &l, &c, &s);
	for (int i = 0; i < 100000; i++)
		if (send(c, big + i, 1, MSG_DONTWAIT) != 1) {
			perror("send");
			break;
		}
	n = recv(s, buf, 100000, MSG_WAITALL);
	printf("%ld single bytes, %s\n", n, memcmp(big, buf, 100000) ? "CHANGED" : "the same");
	close(c);
	close(s);
	close(l);
}

static void *late(void *arg)
{
	usleep(20000);
	connect_to((long)arg, VMADDR_CID_LOCAL, PORT);
	usleep(20000);
	send((long)arg, "x", 1, 0);
	return NULL;
}

static void waiting(void)
{
	int ep = epoll_create1(0), l = socket(AF_VSOCK, SOCK_STREAM, 0), c = socket(AF_VSOCK, SOCK_STREAM, 0);
	struct epoll_event e = { EPOLLIN, { .fd = l } };
	pthread_t t;

	bind_to(l, VMADDR_CID_ANY, PORT);
	listen(l, 1);
	epoll_ctl(ep, EPOLL_CTL_ADD, l, &e);
	pthread_create(&t, NULL, late, (void *)(long)c);
	show("epoll", epoll_wait(ep, &e, 1, 5000));
	int s = accept(l, NULL, NULL);
	fd_set set;
	FD_ZERO(&set);
	FD_SET(s, &set);
	show("select", select(s + 1, &set, NULL, NULL, &(struct timeval){ 5, 0 }));
	show("read", read(s, buf, 10));
	pthread_join(t, NULL);
	close(c);
	close(s);
	close(l);
	close(ep);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	if (argc > 1) {
		show("socket", socket(AF_VSOCK, SOCK_STREAM, 0));
		show("device", open("/dev/vsock", O_RDONLY));
		return 0;
	}
	creation();
	naming();
	options();
	connecting();
	data();
	packets();
	bulk();
	waiting();
	show("no device", connect_to(socket(AF_VSOCK, SOCK_STREAM, 0), VMADDR_CID_HOST, 1));
	puts("end");
	return 0;
}
