/* UDP over the loopback addresses. */
#include "show.h"

static void from(const char *what, int fd, int flags)
{
	union any a;
	socklen_t len = sizeof(a);
	char b[64] = "";
	long n = recvfrom(fd, b, sizeof(b), flags | MSG_DONTWAIT, &a.sa, &len);

	if (say(what, n) < 0)
		return;
	printf("  \"%.*s\" ", (int)(n < 64 ? n : 64), b);
	show("from", &a, len);
}

static long to(int fd, const char *text, const char *ip, int port)
{
	union any a;
	socklen_t len = address(&a, ip, port);

	return sendto(fd, text, strlen(text), 0, &a.sa, len);
}

static void life(const char *ip)
{
	int a = bound(ip, SOCK_DGRAM), b = socket(strchr(ip, ':') ? AF_INET6 : AF_INET, SOCK_DGRAM, 0), n;
	char buf[16];

	printf("-- %s\n", ip);
	know(a);
	names("fresh", b);
	ready("fresh", b);
	say("recv", recv(b, buf, 1, MSG_DONTWAIT));
	say("send", send(b, buf, 1, 0));
	say("shutdown", shutdown(b, SHUT_RDWR));
	close(b);
	b = socket(strchr(ip, ':') ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);
	say("listen", listen(b, 1));
	say("accept", accept(b, NULL, NULL));
	say("sendto", to(b, "one", ip, port_of(a)));
	names("sender", b);
	know(b);
	ready("receiver", a);
	say("sendto", to(b, "", ip, port_of(a)));
	say("sendto", to(b, "three", ip, port_of(a)));
	ioctl(a, FIONREAD, &n);
	printf("waiting: %d\n", n);
	from("peek", a, MSG_PEEK);
	from("recv", a, 0);
	ioctl(a, FIONREAD, &n);
	printf("waiting: %d\n", n);
	from("recv nothing", a, 0);
	say("recv of a part", recv(a, buf, 2, MSG_TRUNC));
	from("recv none", a, 0);
	say("port 0", to(b, "x", ip, 0));
	say("connect", connect_to(b, ip, port_of(a)));
	names("connected", b);
	say("send", send(b, "connected", 9, 0));
	from("recv", a, 0);
	say("answer", to(a, "answer", ip, port_of(b)));
	from("recv", b, 0);
	n = bound(ip, SOCK_DGRAM);
	say("of others", to(n, "other", ip, port_of(b)));
	from("recv", b, 0);
	say("sendto others", to(b, "x", ip, port_of(n)));
	from("recv", n, 0);
	close(n);
	say("connect elsewhere", connect_to(b, ip, port_of(n = bound(ip, SOCK_DGRAM))));
	close(n);
	say("send to nobody", send(b, "x", 1, 0));
	ready("refused", b);
	say("recv", recv(b, buf, 1, 0));
	ready("after that", b);
	say("send to nobody", send(b, "x", 1, 0));
	say("send to nobody", send(b, "x", 1, 0));
	say("error", error_of(b));
	say("send to nobody", send(b, "x", 1, 0));
	say("error", error_of(b));
	say("disconnect", connect(b, &(struct sockaddr){ .sa_family = AF_UNSPEC }, sizeof(struct sockaddr)));
	names("disconnected", b);
	say("unconnected send to nobody", to(b, "x", ip, 1));
	say("error", error_of(b));
	say("connect", connect_to(b, ip, port_of(a)));
	say("shutdown of writing", shutdown(b, SHUT_WR));
	say("send", send(b, "x", 1, 0));
	ready("shut", b);
	say("shutdown of reading", shutdown(b, SHUT_RD));
	ready("shut", b);
	say("recv", recv(b, buf, 1, 0));
	say("recv", recv(b, buf, 1, MSG_DONTWAIT));
	say("answer", to(a, "answer", ip, port_of(b)));
	from("recv", b, 0);
	close(a);
	close(b);
}

static void sizes(void)
{
	int a = bound("127.0.0.1", SOCK_DGRAM), b = bound("127.0.0.1", SOCK_DGRAM), n = 0;
	char *big = calloc(1, 70000);

	printf("-- sizes\n");
	connect_to(b, "127.0.0.1", port_of(a));
	say("most", send(b, big, 65507, 0));
	say("recv", recv(a, big, 70000, 0));
	say("more", send(b, big, 65508, 0));
	say("more", send(b, big, 65535, 0));
	say("more", send(b, big, 65536, 0));
	say("oob", send(b, big, 1, MSG_OOB));
	close(a);
	close(b);
	a = bound("::1", SOCK_DGRAM), b = bound("::1", SOCK_DGRAM);
	connect_to(b, "::1", port_of(a));
	say("most of IPv6", send(b, big, 65527, 0));
	say("recv", recv(a, big, 70000, 0));
	say("more", send(b, big, 65528, 0));
	while (send(b, big, 1, MSG_DONTWAIT) == 1 && n < 5000)
		n++;
	printf("never full: %d\n", n);
	for (n = 0; recv(a, big, 1, MSG_DONTWAIT) == 1; n++)
		;
	printf("kept at least 200 and not all: %d\n", n >= 200 && n < 2000);
	close(a);
	close(b);
	free(big);
}

static void errors(void)
{
	int a = socket(AF_INET, SOCK_DGRAM, 0), b = socket(AF_INET6, SOCK_DGRAM, 0);
	union any x;

	printf("-- errors\n");
	say("broadcast", to(a, "x", "127.255.255.255", 9));
	say("no broadcast", connect_to(a, "127.255.255.255", 9));
	say("short", sendto(a, "x", 1, 0, &x.sa, 4));
	address(&x, "::1", 9);
	say("other family", sendto(a, "x", 1, 0, &x.sa, sizeof(x.in6)));
	x.sa.sa_family = AF_UNIX;
	say("other family", sendto(b, "x", 1, 0, &x.sa, sizeof(x.in6)));
	say("other family", connect(b, &x.sa, sizeof(x.in6)));
	say("other family", bind(b, &x.sa, sizeof(x.in6)));
	say("other family", bind(a, &x.sa, sizeof(x.in6)));
	say("short", bind(a, &x.sa, 8));
	say("IPv4 of IPv6", to(b, "x", "127.0.0.1", 9));
	names("sender", b);
	say("IPv4 of IPv6", connect_to(b, "127.0.0.1", 9));
	names("connected", b);
	close(a);
	close(b);
	b = socket(AF_INET6, SOCK_DGRAM, 0);
	option(b, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	say("IPv4 of IPv6 alone", to(b, "x", "127.0.0.1", 9));
	say("IPv4 of IPv6 alone", to(b, "x", "::ffff:127.0.0.1", 9));
	say("IPv4 of IPv6 alone", connect_to(b, "::ffff:127.0.0.1", 9));
	say("IPv4 of IPv6 alone", bind_to(b, "::ffff:127.0.0.1", 0));
	close(b);
	a = socket(AF_INET, SOCK_DGRAM, 0);
	say("not ours", bind_to(a, "192.0.2.1", 0));
	say("group", bind_to(a, "224.0.0.1", 0));
	close(a);
	a = socket(AF_INET, SOCK_STREAM, 0);
	say("not ours", bind_to(a, "192.0.2.1", 0));
	say("unspecified", bind(a, &(struct sockaddr){ .sa_family = AF_UNSPEC }, sizeof(struct sockaddr)));
	names("unspecified", a);
	say("again", bind_to(a, "127.0.0.1", 0));
	close(a);
	b = socket(AF_INET6, SOCK_STREAM, 0);
	say("not ours", bind_to(b, "2001:db8::1", 0));
	say("group", bind_to(b, "ff02::1", 0));
	say("mapped any", bind_to(b, "::ffff:0.0.0.0", 0));
	names("mapped any", b);
	close(b);
}

static void dual(void)
{
	int s = bound("::", SOCK_DGRAM), a = socket(AF_INET, SOCK_DGRAM, 0), b = socket(AF_INET6, SOCK_DGRAM, 0);

	printf("-- both families\n");
	known_count = 0;
	know(s);
	to(a, "four", "127.0.0.1", port_of(s));
	to(b, "six", "::1", port_of(s));
	to(b, "mapped", "::ffff:127.0.0.2", port_of(s));
	to(b, "any", "::", port_of(s));
	to(a, "any", "0.0.0.0", port_of(s));
	know(a);
	know(b);
	for (int i = 0; i < 6; i++)
		from("recv", s, 0);
	close(a);
	close(b);
	/* from an address of IPv4 nothing leads to one of IPv6 */
	int mapped = bound("::ffff:127.0.0.1", SOCK_DGRAM);
	to(mapped, "six from four", "::1", port_of(s));
	connect_to(mapped, "::1", port_of(s));
	close(mapped);
	close(s);
}

static void many(void)
{
	int a = bound("127.0.0.1", SOCK_DGRAM), b = bound("127.0.0.1", SOCK_DGRAM);
	struct iovec v[3] = { { "first", 5 }, { "", 0 }, { "third", 5 } }, w[4];
	struct mmsghdr out[3] = { 0 }, in[4] = { 0 };
	char buf[4][8];
	union any names[4];

	printf("-- many\n");
	connect_to(b, "127.0.0.1", port_of(a));
	for (int i = 0; i < 4; i++) {
		w[i] = (struct iovec){ buf[i], 4 };
		in[i].msg_hdr = (struct msghdr){ .msg_name = &names[i], .msg_namelen = sizeof(names[i]), .msg_iov = &w[i], .msg_iovlen = 1 };
		if (i < 3)
			out[i].msg_hdr = (struct msghdr){ .msg_iov = &v[i], .msg_iovlen = 1 };
	}
	say("sendmmsg", sendmmsg(b, out, 3, 0));
	say("recvmmsg", recvmmsg(a, in, 4, MSG_DONTWAIT, NULL));
	for (int i = 0; i < 3; i++)
		printf("%u of %u bytes, flags %x, name %u\n", in[i].msg_len, out[i].msg_len, in[i].msg_hdr.msg_flags, in[i].msg_hdr.msg_namelen);
	close(a);
	close(b);
}

/* Who may have a port beside whom. */
static void try(const char *one, int flags, const char *two, int flags2, int type, int hear)
{
	union any a;
	socklen_t len = address(&a, one, 0);
	int s = socket(a.sa.sa_family, type, 0), t;

	if (flags & 1) option(s, SOL_SOCKET, SO_REUSEADDR, 1);
	if (flags & 2) option(s, SOL_SOCKET, SO_REUSEPORT, 1);
	if (flags & 4) option(s, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	if (bind(s, &a.sa, len) || (hear && listen(s, 1)))
		say("first", -1);
	int port = port_of(s);
	len = address(&a, two, port);
	t = socket(a.sa.sa_family, type, 0);
	if (flags2 & 1) option(t, SOL_SOCKET, SO_REUSEADDR, 1);
	if (flags2 & 2) option(t, SOL_SOCKET, SO_REUSEPORT, 1);
	if (flags2 & 4) option(t, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	int r = bind(t, &a.sa, len);
	printf("%s %s%s beside %s with %d, %d: %s", type == SOCK_STREAM ? "TCP" : "UDP", two, hear ? ", listening" : "", one, flags, flags2, r ? strerrorname_np(errno) : "bound");
	if (!r && type == SOCK_STREAM)
		printf(", %s", listen(t, 1) ? strerrorname_np(errno) : "listens");
	printf("\n");
	close(s);
	close(t);
}

static void ports(void)
{
	static const char *const ips[] = { "127.0.0.1", "127.0.0.2", "0.0.0.0", "::", "::1", "::ffff:127.0.0.1" };

	printf("-- ports\n");
	for (int i = 0; i < 6; i++)
		for (int k = 0; k < 6; k++)
			for (int f = 0; f < 8; f++) {
				int four = (i < 3 && f & 4) || (f & 4 && i == 5);
				if (four)
					continue;
				try(ips[i], f, ips[k], k >= 3 && k < 5 ? f : f & 3, SOCK_DGRAM, 0);
				if (f < 4)
					try(ips[i], f, ips[k], f, SOCK_STREAM, f & 1);
			}
	try("127.0.0.1", 1, "127.0.0.1", 0, SOCK_STREAM, 0);
	try("127.0.0.1", 0, "127.0.0.1", 1, SOCK_STREAM, 0);
	try("127.0.0.1", 2, "127.0.0.1", 1, SOCK_STREAM, 0);
	try("127.0.0.1", 3, "127.0.0.1", 1, SOCK_STREAM, 1);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	life("127.0.0.1");
	life("::1");
	sizes();
	errors();
	dual();
	int lite = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE), n = 0;
	socklen_t len = sizeof(n);
	if (lite >= 0) {	/* later kernels have no UDP-Lite any more */
		bind_to(lite, "127.0.0.1", 0);
		connect_to(lite, "127.0.0.1", port_of(lite));
		send(lite, "to myself", 9, 0);
		char b[16];
		if (recv(lite, b, 16, MSG_DONTWAIT) != 9 || option(lite, IPPROTO_UDPLITE, 10, 3) ||
		    getsockopt(lite, IPPROTO_UDPLITE, 10, &n, &len) || n != 8)
			printf("UDP-Lite does not work\n");
		close(lite);
	}
	many();
	ports();
	return 0;
}
