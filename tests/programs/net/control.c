/* Ancillary data of datagrams. */
#include "show.h"
#include <netinet/ip.h>

#ifndef IPV6_ORIGDSTADDR	/* linux/in6.h */
#define IPV6_ORIGDSTADDR 74
#define IPV6_RECVORIGDSTADDR IPV6_ORIGDSTADDR
#endif

static void take(const char *what, int s, size_t room)
{
	union { char b[512]; struct cmsghdr align; } c;
	char b[16];
	union any from;
	struct iovec v = { b, sizeof(b) };
	struct msghdr m = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &v, .msg_iovlen = 1, .msg_control = c.b, .msg_controllen = room };
	char text[64];

	if (say(what, recvmsg(s, &m, MSG_DONTWAIT)) < 0)
		return;
	printf("  flags %x, %zu bytes of control\n", m.msg_flags, (size_t)m.msg_controllen);
	for (struct cmsghdr *h = CMSG_FIRSTHDR(&m); h; h = CMSG_NXTHDR(&m, h)) {
		printf("  level %d, type %d, %zu bytes:", h->cmsg_level, h->cmsg_type, (size_t)h->cmsg_len);
		if (h->cmsg_level == IPPROTO_IP && h->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo *i = (void *)CMSG_DATA(h);
			printf(" index %d, to %s", i->ipi_ifindex, inet_ntop(AF_INET, &i->ipi_addr, text, sizeof(text)));
			printf(", from there %s", inet_ntop(AF_INET, &i->ipi_spec_dst, text, sizeof(text)));
		} else if (h->cmsg_level == IPPROTO_IPV6 && h->cmsg_type == IPV6_PKTINFO) {
			struct in6_pktinfo *i = (void *)CMSG_DATA(h);
			printf(" index %d, to %s", i->ipi6_ifindex, inet_ntop(AF_INET6, &i->ipi6_addr, text, sizeof(text)));
		} else if (h->cmsg_level == IPPROTO_IP && h->cmsg_type == IP_TOS) {
			printf(" %d", *CMSG_DATA(h));
		} else if (h->cmsg_level == IPPROTO_IP && h->cmsg_type == IP_ORIGDSTADDR) {
			printf(" %s", inet_ntop(AF_INET, &((struct sockaddr_in *)CMSG_DATA(h))->sin_addr, text, sizeof(text)));
		} else if (h->cmsg_level == IPPROTO_IPV6 && h->cmsg_type == IPV6_ORIGDSTADDR) {
			struct sockaddr_in6 *at = (void *)CMSG_DATA(h);
			printf(" %s, scope %u", inet_ntop(AF_INET6, &at->sin6_addr, text, sizeof(text)), at->sin6_scope_id);
		} else if (h->cmsg_level == SOL_SOCKET) {
			time_t t = *(long *)CMSG_DATA(h), now = time(NULL);
			printf(" now: %d", t >= now - 100 && t <= now + 100);
		} else {
			printf(" %d", *(int *)CMSG_DATA(h));
		}
		printf("\n");
	}
}

static long give(int s, const char *ip, int port, int level, int type, const void *data, size_t n)
{
	union { char b[64]; struct cmsghdr align; } c = { 0 };
	union any to;
	struct iovec v = { "text", 4 };
	struct msghdr m = { .msg_name = &to, .msg_iov = &v, .msg_iovlen = 1, .msg_control = c.b, .msg_controllen = CMSG_SPACE(n) };

	m.msg_namelen = address(&to, ip, port);
	*CMSG_FIRSTHDR(&m) = (struct cmsghdr){ .cmsg_len = CMSG_LEN(n), .cmsg_level = level, .cmsg_type = type };
	memcpy(CMSG_DATA(CMSG_FIRSTHDR(&m)), data, n);
	return sendmsg(s, &m, 0);
}

int main(void)
{
	int a = bound("0.0.0.0", SOCK_DGRAM), b = socket(AF_INET, SOCK_DGRAM, 0), n;
	union any to;

	option(a, IPPROTO_IP, IP_PKTINFO, 1);
	option(a, IPPROTO_IP, IP_RECVTTL, 1);
	option(a, IPPROTO_IP, IP_RECVTOS, 1);
	option(a, IPPROTO_IP, IP_RECVORIGDSTADDR, 1);
	socklen_t len = address(&to, "127.0.0.5", port_of(a));
	sendto(b, "x", 1, 0, &to.sa, len);
	take("all", a, 512);
	option(b, IPPROTO_IP, IP_TTL, 9);
	option(b, IPPROTO_IP, IP_TOS, 0x10);
	sendto(b, "x", 1, 0, &to.sa, len);
	take("others", a, 512);
	sendto(b, "x", 1, 0, &to.sa, len);
	take("no room for two", a, 40);
	sendto(b, "x", 1, 0, &to.sa, len);
	take("no room", a, 0);
	say("ttl", give(b, "127.0.0.1", port_of(a), IPPROTO_IP, IP_TTL, (n = 33, &n), sizeof(n)));
	take("ttl", a, 512);
	say("tos", give(b, "127.0.0.1", port_of(a), IPPROTO_IP, IP_TOS, (n = 8, &n), sizeof(n)));
	take("tos", a, 512);
	say("bad ttl", give(b, "127.0.0.1", port_of(a), IPPROTO_IP, IP_TTL, (n = 256, &n), sizeof(n)));
	say("unknown of IP", give(b, "127.0.0.1", port_of(a), IPPROTO_IP, 99, &n, sizeof(n)));
	say("unknown of sockets", give(b, "127.0.0.1", port_of(a), SOL_SOCKET, 99, &n, sizeof(n)));
	say("of another level", give(b, "127.0.0.1", port_of(a), 99, 1, &n, sizeof(n)));
	take("of another level", a, 512);
	struct in_pktinfo i4 = { .ipi_spec_dst.s_addr = htonl(0x7f000009) };
	say("source", give(b, "127.0.0.1", port_of(a), IPPROTO_IP, IP_PKTINFO, &i4, sizeof(i4)));
	union any from;
	len = sizeof(from);
	recvfrom(a, &n, 4, MSG_DONTWAIT, &from.sa, &len);
	show("came from", &from, len);
	close(a);
	a = bound("127.0.0.1", SOCK_DGRAM);
	option(a, SOL_SOCKET, SO_TIMESTAMP, 1);
	len = address(&to, "127.0.0.1", port_of(a));
	sendto(b, "x", 1, 0, &to.sa, len);
	take("time", a, 512);
	option(a, SOL_SOCKET, SO_TIMESTAMPNS, 1);
	sendto(b, "x", 1, 0, &to.sa, len);
	take("finer time", a, 512);
	close(a);
	a = bound("::", SOCK_DGRAM);
	option(a, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
	option(a, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
	option(a, IPPROTO_IPV6, IPV6_RECVTCLASS, 1);
	option(a, IPPROTO_IPV6, IPV6_RECVORIGDSTADDR, 1);
	len = address(&to, "127.0.0.1", port_of(a));
	sendto(b, "x", 1, 0, &to.sa, len);
	take("IPv4 of IPv6", a, 512);
	close(b);
	b = socket(AF_INET6, SOCK_DGRAM, 0);
	len = address(&to, "::1", port_of(a));
	sendto(b, "x", 1, 0, &to.sa, len);
	take("IPv6", a, 512);
	say("hops", give(b, "::1", port_of(a), IPPROTO_IPV6, IPV6_HOPLIMIT, (n = 3, &n), sizeof(n)));
	take("hops", a, 512);
	say("class", give(b, "::1", port_of(a), IPPROTO_IPV6, IPV6_TCLASS, (n = 0x20, &n), sizeof(n)));
	take("class", a, 512);
	close(a);
	a = socket(AF_INET, SOCK_STREAM, 0);
	option(a, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
	say("bind without a port", bind_to(a, "127.0.0.2", 0));
	names("bound", a);
	close(a);
	a = socket(AF_INET, SOCK_STREAM, 0);
	option(a, IPPROTO_IP, IP_FREEBIND, 1);
	say("bind freely", bind_to(a, "192.0.2.1", 0));
	close(a);
	return 0;
}
