/* The error queue of datagrams, IP_RECVERR and IPV6_RECVERR (ip(7)): what is refused comes back. */
#include "show.h"
#include <linux/errqueue.h>
#include <poll.h>

static void waits(int s)
{
	struct pollfd p = { s, POLLIN | POLLOUT, 0 };

	poll(&p, 1, 100);
	printf("  ready: %x\n", p.revents);
}

static void pending(int s)
{
	int n = 0;
	socklen_t len = sizeof(n);

	getsockopt(s, SOL_SOCKET, SO_ERROR, &n, &len);
	printf("  SO_ERROR: %s\n", strerror(n));
}

static void take(int s, size_t room, size_t control)
{
	union { char b[512]; struct cmsghdr align; } c = { 0 };
	char b[4096], text[64];
	union any from;
	struct iovec v = { b, room };
	struct msghdr m = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &v, .msg_iovlen = 1, .msg_control = c.b, .msg_controllen = control };

	if (say("  from the error queue", recvmsg(s, &m, MSG_ERRQUEUE)) < 0)
		return;
	printf("  flags %x, %d bytes of address, family %d, %zu bytes of control\n", m.msg_flags, m.msg_namelen, from.sa.sa_family, (size_t)m.msg_controllen);
	for (struct cmsghdr *h = CMSG_FIRSTHDR(&m); h; h = CMSG_NXTHDR(&m, h)) {
		if (h->cmsg_len < CMSG_LEN(sizeof(struct sock_extended_err))) {
			printf("  level %d, type %d, %zu bytes\n", h->cmsg_level, h->cmsg_type, (size_t)h->cmsg_len);
			continue;
		}
		struct sock_extended_err *e = (void *)CMSG_DATA(h);
		struct sockaddr *a = SO_EE_OFFENDER(e);
		printf("  level %d, type %d, %zu bytes: %s, origin %d, type %d, code %d, info %u, data %u\n", h->cmsg_level, h->cmsg_type, (size_t)h->cmsg_len,
			strerror(e->ee_errno), e->ee_origin, e->ee_type, e->ee_code, e->ee_info, e->ee_data);
		const void *ip = a->sa_family == AF_INET ? (void *)&((struct sockaddr_in *)a)->sin_addr : (void *)&((struct sockaddr_in6 *)a)->sin6_addr;
		printf("  told by %s, family %d\n", inet_ntop(a->sa_family, ip, text, sizeof(text)), a->sa_family);
	}
}

static void refuse(const char *ip, int family, int level, int name, int connected)
{
	static char data[3000] = "text";
	int gone = bound(family == AF_INET ? "127.0.0.1" : "::", SOCK_DGRAM), port = port_of(gone), s = socket(family, SOCK_DGRAM, 0);
	union any to;
	socklen_t len = address(&to, ip, port);

	close(gone);
	printf("%s, %s\n", ip, connected ? "connected" : "not connected");
	if (connected)
		connect(s, &to.sa, len);
	if (name)
		option(s, level, name, 1);
	say("  to nobody", sendto(s, data, 4, 0, connected ? NULL : &to.sa, connected ? 0 : len));
	waits(s);
	say("  receive", recv(s, data, 4, MSG_DONTWAIT));
	waits(s);
	take(s, 100, 512);
	waits(s);
	take(s, 100, 512);
	for (int k = 0; k < 2; k++)
		say("  a long one", sendto(s, data, 3000, 0, connected ? NULL : &to.sa, connected ? 0 : len));
	take(s, 4096, 512);
	pending(s);
	say("  one more", sendto(s, data, 100, 0, connected ? NULL : &to.sa, connected ? 0 : len));
	pending(s);
	take(s, 10, 20);
	take(s, 10, 0);
	pending(s);
	waits(s);
	close(s);
}

int main(void)
{
	for (int connected = 0; connected < 2; connected++) {
		refuse("127.0.0.1", AF_INET, 0, 0, connected);
		refuse("127.0.0.1", AF_INET, IPPROTO_IP, IP_RECVERR, connected);
		refuse("::1", AF_INET6, IPPROTO_IPV6, IPV6_RECVERR, connected);
		refuse("::ffff:127.0.0.1", AF_INET6, IPPROTO_IP, IP_RECVERR, connected);
	}
	return 0;
}
