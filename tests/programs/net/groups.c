/* Groups of datagrams over lo, and what may be asked about them. */
#include "show.h"
#include <net/if.h>
#include <netinet/ip.h>

static struct ip_mreqn at(const char *group, const char *interface, int index)
{
	struct ip_mreqn r = { .imr_ifindex = index };

	inet_pton(AF_INET, group, &r.imr_multiaddr);
	inet_pton(AF_INET, interface, &r.imr_address);
	return r;
}

static void four(const char *what, int s, int option, const char *group, const char *interface, int index, int len)
{
	struct ip_mreqn r = at(group, interface, index);

	say(what, setsockopt(s, IPPROTO_IP, option, &r, len));
}

static void six(const char *what, int s, int option, const char *group, int index)
{
	struct ipv6_mreq r = { .ipv6mr_interface = index };

	inet_pton(AF_INET6, group, &r.ipv6mr_multiaddr);
	say(what, setsockopt(s, IPPROTO_IPV6, option, &r, sizeof(r)));
}

static void any(const char *what, int s, int level, int option, const char *group, int index, int len)
{
	struct group_req r = { .gr_interface = index };

	address((union any *)&r.gr_group, group, 0);
	say(what, setsockopt(s, level, option, &r, len));
}

static int port;

static int receiver(int family, const char *ip)
{
	int s = socket(family, SOCK_DGRAM, 0);
	union any a;

	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int));
	socklen_t n = address(&a, ip, port);
	if (bind(s, &a.sa, n))
		say("bind", -1);
	n = sizeof(a);
	getsockname(s, &a.sa, &n);
	port = ntohs(a.in.sin_port);
	return s;
}

static void give(int s, const char *group)
{
	union any to;
	socklen_t n = address(&to, group, port);

	printf("to %s: ", group);
	say("sent", sendto(s, "text", 4, 0, &to.sa, n));
}

static void take(const char *what, int s)
{
	union { char b[512]; struct cmsghdr align; } c;
	char b[16], text[64];
	union any from;
	struct iovec v = { b, sizeof(b) };
	struct msghdr m = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &v, .msg_iovlen = 1, .msg_control = c.b, .msg_controllen = sizeof(c.b) };

	if (say(what, recvmsg(s, &m, MSG_DONTWAIT)) < 0)
		return;
	show("  from", &from, m.msg_namelen);
	for (struct cmsghdr *h = CMSG_FIRSTHDR(&m); h; h = CMSG_NXTHDR(&m, h)) {
		if (h->cmsg_level == IPPROTO_IP && h->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo *i = (void *)CMSG_DATA(h);
			printf("  index %d, to %s", i->ipi_ifindex, inet_ntop(AF_INET, &i->ipi_addr, text, sizeof(text)));
			printf(", spec %s\n", inet_ntop(AF_INET, &i->ipi_spec_dst, text, sizeof(text)));
		} else {
			printf("  level %d, type %d: %d\n", h->cmsg_level, h->cmsg_type, *(int *)CMSG_DATA(h));
		}
	}
}

static void number(const char *what, int s, int level, int option)
{
	int v = -1;
	socklen_t n = sizeof(v);

	say(what, getsockopt(s, level, option, &v, &n));
	printf("  %x, %u bytes\n", v, n);
}

/* What setsockopt(2) takes and refuses. */
static void asking(void)
{
	int u = socket(AF_INET, SOCK_DGRAM, 0), t = socket(AF_INET, SOCK_STREAM, 0), u6 = socket(AF_INET6, SOCK_DGRAM, 0), t6 = socket(AF_INET6, SOCK_STREAM, 0);
	const char *lo = "127.0.0.1", *g = "239.1.2.3";
	char group[32];

	four("join", u, IP_ADD_MEMBERSHIP, g, lo, 0, 8);
	four("again", u, IP_ADD_MEMBERSHIP, g, lo, 0, 8);
	four("again by index", u, IP_ADD_MEMBERSHIP, g, "0.0.0.0", 1, 12);
	four("no group", u, IP_ADD_MEMBERSHIP, "10.1.2.3", lo, 0, 8);
	four("no such address", u, IP_ADD_MEMBERSHIP, g, "203.0.113.77", 0, 8);
	four("no such index", u, IP_ADD_MEMBERSHIP, g, "0.0.0.0", 7777, 12);
	four("short", u, IP_ADD_MEMBERSHIP, g, lo, 0, 7);
	four("of TCP", t, IP_ADD_MEMBERSHIP, g, lo, 0, 8);
	four("of IPv6's", u6, IP_ADD_MEMBERSHIP, g, lo, 0, 8);
	four("leave another", u, IP_DROP_MEMBERSHIP, "239.9.9.9", lo, 0, 8);
	four("leave elsewhere", u, IP_DROP_MEMBERSHIP, g, "127.0.0.2", 0, 8);
	four("leave", u, IP_DROP_MEMBERSHIP, g, lo, 0, 8);
	four("leave again", u, IP_DROP_MEMBERSHIP, g, lo, 0, 8);
	four("leave, of TCP", t, IP_DROP_MEMBERSHIP, g, lo, 0, 8);
	for (int k = 0; k < 21; k++) {
		struct ip_mreqn r = at("239.1.1.0", lo, 0);
		r.imr_multiaddr.s_addr |= htonl(k);
		if (setsockopt(u, IPPROTO_IP, IP_ADD_MEMBERSHIP, &r, sizeof(r)))
			printf("%d: %s\n", k, strerrorname_np(errno));
	}
	any("any", u6, IPPROTO_IP, MCAST_JOIN_GROUP, "239.1.2.4", 1, sizeof(struct group_req));
	any("any again", u6, IPPROTO_IP, MCAST_JOIN_GROUP, "239.1.2.4", 1, sizeof(struct group_req));
	any("any, leave", u6, IPPROTO_IP, MCAST_LEAVE_GROUP, "239.1.2.4", 1, sizeof(struct group_req));
	any("any, leave again", u6, IPPROTO_IP, MCAST_LEAVE_GROUP, "239.1.2.4", 1, sizeof(struct group_req));
	any("any, other family", u6, IPPROTO_IP, MCAST_JOIN_GROUP, "ff02::4", 1, sizeof(struct group_req));
	any("any, short", u, IPPROTO_IP, MCAST_JOIN_GROUP, "239.1.2.4", 1, 100);
	any("any, of TCP", t, IPPROTO_IP, MCAST_JOIN_GROUP, "239.1.2.4", 1, sizeof(struct group_req));
	any("any, leave, of TCP", t, IPPROTO_IP, MCAST_LEAVE_GROUP, "239.1.2.4", 1, sizeof(struct group_req));
	any("any, IPv6, of TCP", t6, IPPROTO_IPV6, MCAST_JOIN_GROUP, "ff02::4", 1, sizeof(struct group_req));
	any("any, IPv6", u6, IPPROTO_IPV6, MCAST_JOIN_GROUP, "ff02::4", 1, sizeof(struct group_req));
	any("any, IPv6, other family", u6, IPPROTO_IPV6, MCAST_JOIN_GROUP, "239.1.2.4", 1, sizeof(struct group_req));
	any("any, IPv6, leave", u6, IPPROTO_IPV6, MCAST_LEAVE_GROUP, "ff02::4", 1, sizeof(struct group_req));
	six("six", u6, IPV6_JOIN_GROUP, "ff15::1", 1);
	six("six again", u6, IPV6_JOIN_GROUP, "ff15::1", 1);
	six("six, no group", u6, IPV6_JOIN_GROUP, "fe80::1", 1);
	six("six, no such index", u6, IPV6_JOIN_GROUP, "ff15::2", 7777);
	six("six, of TCP", t6, IPV6_JOIN_GROUP, "ff15::1", 1);
	six("six, leave", u6, IPV6_LEAVE_GROUP, "ff15::1", 0);
	six("six, leave again", u6, IPV6_LEAVE_GROUP, "ff15::1", 1);
	six("six, leave no group", u6, IPV6_LEAVE_GROUP, "::1", 1);
	say("six, short", setsockopt(u6, IPPROTO_IPV6, IPV6_JOIN_GROUP, group, 19));

	number("if", u, IPPROTO_IP, IP_MULTICAST_IF);
	say("set if", setsockopt(u, IPPROTO_IP, IP_MULTICAST_IF, &(struct in_addr){ htonl(INADDR_LOOPBACK) }, 4));
	number("if", u, IPPROTO_IP, IP_MULTICAST_IF);
	four("set if by index", u, IP_MULTICAST_IF, g, "0.0.0.0", 1, 12);
	number("if", u, IPPROTO_IP, IP_MULTICAST_IF);
	four("set if, nobody's", u, IP_MULTICAST_IF, g, "203.0.113.77", 0, 8);
	four("set if, no such index", u, IP_MULTICAST_IF, g, "0.0.0.0", 7777, 12);
	say("set if, short", setsockopt(u, IPPROTO_IP, IP_MULTICAST_IF, group, 3));
	four("set if, of TCP", t, IP_MULTICAST_IF, g, lo, 0, 8);
	number("if6", u6, IPPROTO_IPV6, IPV6_MULTICAST_IF);
	say("set if6", setsockopt(u6, IPPROTO_IPV6, IPV6_MULTICAST_IF, &(int){ 1 }, 4));
	number("if6", u6, IPPROTO_IPV6, IPV6_MULTICAST_IF);
	say("set if6, no such index", setsockopt(u6, IPPROTO_IPV6, IPV6_MULTICAST_IF, &(int){ 7777 }, 4));
	say("set if6, of TCP", setsockopt(t6, IPPROTO_IPV6, IPV6_MULTICAST_IF, &(int){ 1 }, 4));
	say("set if6, short", setsockopt(u6, IPPROTO_IPV6, IPV6_MULTICAST_IF, group, 3));
	number("ttl", u, IPPROTO_IP, IP_MULTICAST_TTL);
	number("loop", u, IPPROTO_IP, IP_MULTICAST_LOOP);
	number("all", u, IPPROTO_IP, IP_MULTICAST_ALL);
	number("hops", u6, IPPROTO_IPV6, IPV6_MULTICAST_HOPS);
	number("loop6", u6, IPPROTO_IPV6, IPV6_MULTICAST_LOOP);
}

int main(void)
{
	const char *g = "239.1.2.3";
	int from = socket(AF_INET, SOCK_DGRAM, 0), a = receiver(AF_INET, "0.0.0.0"), b = receiver(AF_INET, "0.0.0.0"), c = receiver(AF_INET, g), d;
	union any to;

	asking();
	setsockopt(from, IPPROTO_IP, IP_MULTICAST_IF, &(struct in_addr){ htonl(INADDR_LOOPBACK) }, 4);
	give(from, g);
	take("nobody has joined", a);
	four("a joins", a, IP_ADD_MEMBERSHIP, g, "127.0.0.1", 0, 8);
	setsockopt(a, IPPROTO_IP, IP_PKTINFO, &(int){ 1 }, sizeof(int));
	setsockopt(a, IPPROTO_IP, IP_RECVTTL, &(int){ 1 }, sizeof(int));
	give(from, g);
	take("a", a);
	take("b, by IP_MULTICAST_ALL", b);
	take("c, bound to the group", c);
	setsockopt(b, IPPROTO_IP, IP_MULTICAST_ALL, &(int){ 0 }, sizeof(int));
	setsockopt(from, IPPROTO_IP, IP_MULTICAST_TTL, &(int){ 7 }, sizeof(int));
	setsockopt(from, IPPROTO_IP, IP_MULTICAST_LOOP, &(int){ 0 }, sizeof(int));
	give(from, g);
	take("a", a);
	take("b", b);
	take("c", c);
	four("b joins another", b, IP_ADD_MEMBERSHIP, "239.1.2.9", "127.0.0.1", 0, 8);
	give(from, "239.1.2.9");
	take("a", a);
	take("b", b);
	take("c", c);
	give(from, "224.0.0.1");
	take("a", a);
	take("b", b);
	four("a leaves", a, IP_DROP_MEMBERSHIP, g, "127.0.0.1", 0, 8);
	give(from, g);
	take("a", a);
	take("c", c);

	/* the sender's address decides where nothing else does; a peer's */
	four("c joins", c, IP_ADD_MEMBERSHIP, g, "127.0.0.1", 0, 8);
	d = socket(AF_INET, SOCK_DGRAM, 0);
	bind(d, &to.sa, address(&to, "127.0.0.1", 0));
	give(d, g);
	take("c", c);
	take("a", a);
	say("connect to a group", connect(from, &to.sa, address(&to, g, port)));
	socklen_t n = sizeof(to);
	getsockname(from, &to.sa, &n);
	show("its own", &to, n);
	say("send", send(from, "text", 4, 0));
	take("c", c);
	take("a", a);
	say("send from the group's", sendto(c, "text", 4, 0, &to.sa, address(&to, "127.0.0.1", port)));
	close(c);
	give(d, g);
	take("all have left", a);

	/* IPv6's sockets have those of IPv4, too; lo has none of IPv6 */
	int e = receiver(AF_INET6, "::");
	four("e joins", e, IP_ADD_MEMBERSHIP, g, "127.0.0.1", 0, 8);
	give(d, g);
	take("e", e);
	six("e joins", e, IPV6_JOIN_GROUP, "ff15::1", 1);
	setsockopt(e, IPPROTO_IPV6, IPV6_MULTICAST_IF, &(int){ 1 }, sizeof(int));
	give(e, "ff15::1");
	return 0;
}
