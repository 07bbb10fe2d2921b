/* What calls on sockets give, in words that are the same on every host: ports that the kernel chose are told as "some". */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static long say(const char *what, long r)
{
	if (r < 0)
		printf("%s: %s\n", what, strerrorname_np(errno));
	else
		printf("%s: %ld\n", what, r);
	return r;
}

union any {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_storage all;
};

static socklen_t address(union any *a, const char *ip, int port)
{
	memset(a, 0, sizeof(*a));
	if (strchr(ip, ':')) {
		a->in6.sin6_family = AF_INET6;
		a->in6.sin6_port = htons(port);
		inet_pton(AF_INET6, ip, &a->in6.sin6_addr);
		return sizeof(a->in6);
	}
	a->in.sin_family = AF_INET;
	a->in.sin_port = htons(port);
	inet_pton(AF_INET, ip, &a->in.sin_addr);
	return sizeof(a->in);
}

static int known[64], known_count;	/* ports that have a name: their place here */

static void show(const char *what, const union any *a, socklen_t len)
{
	char text[64] = "?";
	int port = ntohs(a->in.sin_port), i;

	if (a->sa.sa_family == AF_INET6)
		inet_ntop(AF_INET6, &a->in6.sin6_addr, text, sizeof(text));
	else
		inet_ntop(AF_INET, &a->in.sin_addr, text, sizeof(text));
	for (i = 0; i < known_count && known[i] != port; i++)
		;
	if (i < known_count)
		printf("%s: %s port %c, %u bytes\n", what, text, 'A' + i, len);
	else
		printf("%s: %s port %s, %u bytes\n", what, text, port ? port >= 32768 && port <= 60999 ? "some" : "odd" : "none", len);
}

static void names(const char *what, int fd)
{
	union any a;
	socklen_t len = sizeof(a);
	char line[100];

	snprintf(line, sizeof(line), "%s is", what);
	if (getsockname(fd, &a.sa, &len))
		say(line, -1);
	else
		show(line, &a, len);
	len = sizeof(a);
	snprintf(line, sizeof(line), "%s has as peer", what);
	if (getpeername(fd, &a.sa, &len))
		say(line, -1);
	else
		show(line, &a, len);
}

static int port_of(int fd)
{
	union any a;
	socklen_t len = sizeof(a);

	getsockname(fd, &a.sa, &len);
	return ntohs(a.in.sin_port);
}

static void know(int fd) { known[known_count++] = port_of(fd); }

static int error_of(int fd)
{
	int e = -1;
	socklen_t len = sizeof(e);

	getsockopt(fd, SOL_SOCKET, SO_ERROR, &e, &len);
	return e;
}

static void ready(const char *what, int fd)
{
	struct pollfd p = { fd, POLLIN | POLLOUT | POLLPRI | POLLRDHUP | POLLRDNORM | POLLWRNORM | POLLWRBAND, 0 };
	static const struct { int bit; const char *name; } bits[] = {
		{ POLLIN, "IN" }, { POLLPRI, "PRI" }, { POLLOUT, "OUT" }, { POLLERR, "ERR" }, { POLLHUP, "HUP" }, { POLLNVAL, "NVAL" },
		{ POLLRDNORM, "RDNORM" }, { POLLWRNORM, "WRNORM" }, { POLLWRBAND, "WRBAND" }, { POLLRDHUP, "RDHUP" },
	};

	poll(&p, 1, 0);
	printf("%s:", what);
	for (unsigned i = 0; i < sizeof(bits) / sizeof(*bits); i++)
		if (p.revents & bits[i].bit)
			printf(" %s", bits[i].name);
	printf("\n");
}

/* A socket that is bound to IP, at a port that the kernel chooses. */
static int bound(const char *ip, int type)
{
	union any a;
	socklen_t len = address(&a, ip, 0);
	int fd = socket(a.sa.sa_family, type, 0);

	if (fd < 0 || bind(fd, &a.sa, len))
		say(ip, -1);
	return fd;
}

static int bind_to(int fd, const char *ip, int port)
{
	union any a;
	socklen_t len = address(&a, ip, port);

	return bind(fd, &a.sa, len);
}

static int connect_to(int fd, const char *ip, int port)
{
	union any a;
	socklen_t len = address(&a, ip, port);

	return connect(fd, &a.sa, len);
}

static int option(int fd, int level, int name, int value) { return setsockopt(fd, level, name, &value, sizeof(value)); }

static int nonblock(int fd, int on) { return fcntl(fd, F_SETFL, on ? fcntl(fd, F_GETFL) | O_NONBLOCK : fcntl(fd, F_GETFL) & ~O_NONBLOCK); }

/* Two that are connected over IP; the listener's descriptor is closed. */
static void pair(const char *ip, int *client, int *server)
{
	int l = bound(ip, SOCK_STREAM);

	listen(l, 1);
	*client = socket(strchr(ip, ':') ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
	if (connect_to(*client, ip, port_of(l)))
		say("pair: connect", -1);
	*server = accept(l, NULL, NULL);
	close(l);
}
