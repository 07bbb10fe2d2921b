/* Echo sockets within the guest: what the kernel answers, and what it refuses. Many hosts have none for anybody, so that
 * ping.golden says what Linux does with a ping_group_range of all; only raw sockets, which are not there, differ. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *name(int e)
{
	switch (e) {
	case 0: return "0";
	case EINVAL: return "EINVAL";
	case EMSGSIZE: return "EMSGSIZE";
	case EAGAIN: return "EAGAIN";
	case EDESTADDRREQ: return "EDESTADDRREQ";
	case EPROTONOSUPPORT: return "EPROTONOSUPPORT";
	case EADDRINUSE: return "EADDRINUSE";
	case EADDRNOTAVAIL: return "EADDRNOTAVAIL";
	case EPERM: return "EPERM";
	case EACCES: return "EACCES";
	case ENOTCONN: return "ENOTCONN";
	}
	return strerror(e);
}

static const char *result(long r) { return name(r < 0 ? errno : 0); }

static unsigned sum(const unsigned char *b, unsigned n, unsigned s)
{
	for (unsigned k = 0; k < n; k++)
		s += k & 1 ? b[k] : b[k] << 8;
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return s;
}

static void types(void)
{
	static const struct { int family, type, protocol; } t[] = {
		{ AF_INET, SOCK_DGRAM, IPPROTO_ICMP }, { AF_INET, SOCK_DGRAM, IPPROTO_ICMPV6 },
		{ AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6 }, { AF_INET6, SOCK_DGRAM, IPPROTO_ICMP },
		{ AF_INET, SOCK_STREAM, IPPROTO_ICMP }, { AF_INET, SOCK_RAW, IPPROTO_ICMP }, { AF_INET, SOCK_RAW, 0 },
	};
	printf("sockets:");
	for (unsigned k = 0; k < sizeof(t) / sizeof(*t); k++) {
		int fd = socket(t[k].family, t[k].type, t[k].protocol);
		printf(" %s", result(fd));
		close(fd);
	}
	puts("");
}

static void echo4(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP), on = 1;
	struct sockaddr_in lo = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) }, from, me;
	socklen_t len = sizeof(me);
	unsigned char out[60] = { 8, 0, 1, 2, 3, 4, 0, 9 }, in[100], control[100];

	setsockopt(fd, IPPROTO_IP, IP_RECVTTL, &on, sizeof(on));
	for (int k = 8; k < 60; k++)
		out[k] = k;
	printf("send: %s", result(send(fd, out, 60, 0)));
	printf(" %s", result(sendto(fd, out, 7, 0, (void *)&lo, sizeof(lo))));
	out[1] = 1;
	printf(" %s", result(sendto(fd, out, 60, 0, (void *)&lo, sizeof(lo))));
	out[1] = 0, out[0] = 0;
	printf(" %s", result(sendto(fd, out, 60, 0, (void *)&lo, sizeof(lo))));
	out[0] = 8;
	printf(" %s", result(sendto(fd, out, 60, 0, (void *)&lo, sizeof(lo))));
	static unsigned char large[70000] = { 8 };
	printf(" %s", result(sendto(fd, large, 65516, 0, (void *)&lo, sizeof(lo))));
	printf(" %s\n", result(sendto(fd, large, 65515, 0, (void *)&lo, sizeof(lo))));
	getsockname(fd, (void *)&me, &len);
	struct iovec v = { in, sizeof(in) };
	struct msghdr m = { &from, sizeof(from), &v, 1, control, sizeof(control) };
	struct pollfd p = { fd, POLLIN };
	printf("poll %d", poll(&p, 1, 5000));
	long n = recvmsg(fd, &m, 0);
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	printf(": %ld bytes, type %d, id %s, sequence %d, sum %s, data %s, from %s:%d, ttl %d\n", n, in[0], memcmp(in + 4, &me.sin_port, 2) ? "other" : "the port", in[7],
		sum(in, n, 0) == 0xffff ? "right" : "wrong", memcmp(in + 8, out + 8, 52) ? "other" : "same", inet_ntoa(from.sin_addr), ntohs(from.sin_port), c ? *(int *)CMSG_DATA(c) : -1);
	printf("long one: %ld\n", (long)recv(fd, large, sizeof(large), MSG_DONTWAIT));
	printf("nothing more: %s\n", result(recv(fd, in, sizeof(in), MSG_DONTWAIT)));
	int other = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP), udp = socket(AF_INET, SOCK_DGRAM, 0);
	printf("bind: %s", result(bind(other, (void *)&me, sizeof(me))));
	printf(" %s", result(bind(udp, (void *)&me, sizeof(me))));
	me.sin_port = htons(7);
	printf(" %s", result(bind(other, (void *)&me, sizeof(me))));
	printf(" %s", result(connect(other, (void *)&lo, sizeof(lo))));
	printf(" %s", result(getpeername(other, (void *)&from, &len)));
	printf(" %s", result(send(other, out, 60, 0)));
	printf(" %ld", (long)recv(other, in, sizeof(in), 0));
	printf(", id %d\n", in[4] << 8 | in[5]);
	close(fd), close(other), close(udp);
}

static void echo6(void)
{
	int fd = socket(AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6);
	struct sockaddr_in6 lo = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT }, from;
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(from);
	unsigned char out[33] = { 128, 0, 0, 0, 0, 0, 1, 2 }, in[100], pseudo[40] = { [15] = 1, [31] = 1, [35] = 33, [39] = IPPROTO_ICMPV6 };

	printf("six: %s", result(sendto(fd, out, 33, 0, (void *)&four, sizeof(four))));
	printf(" %s", result(sendto(fd, out, 33, 0, (void *)&lo, sizeof(lo))));
	long n = recvfrom(fd, in, sizeof(in), 0, (void *)&from, &len);
	printf(": %ld bytes, type %d, sequence %d, sum %s\n", n, in[0], in[6] << 8 | in[7], sum(in, n, sum(pseudo, 40, 0)) == 0xffff ? "right" : "wrong");
	close(fd);
}

int main(void)
{
	types();
	echo4();
	echo6();
	if (setuid(1000))
		return 1;
	types();
}
