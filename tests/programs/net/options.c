/* Options: what they begin with, what they can become, and who knows them not. */
#include "show.h"
#include <netinet/udp.h>

static const struct { int level; const char *of; int name; const char *what; } all[] = {
#define SOL(n) { SOL_SOCKET, "SOL_SOCKET", n, #n }
#define TCP(n) { IPPROTO_TCP, "IPPROTO_TCP", n, #n }
#define IP(n) { IPPROTO_IP, "IPPROTO_IP", n, #n }
#define IP6(n) { IPPROTO_IPV6, "IPPROTO_IPV6", n, #n }
	SOL(SO_REUSEADDR), SOL(SO_REUSEPORT), SOL(SO_KEEPALIVE), SOL(SO_BROADCAST), SOL(SO_DONTROUTE), SOL(SO_OOBINLINE),
	SOL(SO_PRIORITY), SOL(SO_TIMESTAMP), SOL(SO_TIMESTAMPNS), SOL(SO_TYPE), SOL(SO_PROTOCOL), SOL(SO_DOMAIN),
	SOL(SO_ACCEPTCONN), SOL(SO_INCOMING_CPU), SOL(SO_BUSY_POLL), SOL(SO_RXQ_OVFL), SOL(SO_NO_CHECK), SOL(SO_SNDLOWAT), SOL(SO_BSDCOMPAT),
	TCP(TCP_NODELAY), TCP(TCP_MAXSEG), TCP(TCP_CORK), TCP(TCP_KEEPIDLE), TCP(TCP_KEEPINTVL), TCP(TCP_KEEPCNT), TCP(TCP_SYNCNT),
	TCP(TCP_LINGER2), TCP(TCP_DEFER_ACCEPT), TCP(TCP_QUICKACK), TCP(TCP_USER_TIMEOUT), TCP(TCP_THIN_LINEAR_TIMEOUTS),
	TCP(TCP_THIN_DUPACK), TCP(TCP_NOTSENT_LOWAT), TCP(TCP_SAVE_SYN), TCP(TCP_FASTOPEN_CONNECT), TCP(TCP_INQ), TCP(99),
	IP(IP_TTL), IP(IP_TOS), IP(IP_PKTINFO), IP(IP_RECVTTL), IP(IP_RECVTOS), IP(IP_MTU_DISCOVER), IP(IP_RECVERR), IP(IP_FREEBIND),
	IP(IP_TRANSPARENT), IP(IP_MULTICAST_TTL), IP(IP_MULTICAST_LOOP), IP(IP_MINTTL), IP(IP_BIND_ADDRESS_NO_PORT), IP(IP_MTU),
	IP(IP_RECVORIGDSTADDR),
	IP6(IPV6_V6ONLY), IP6(IPV6_UNICAST_HOPS), IP6(IPV6_MULTICAST_LOOP), IP6(IPV6_RECVPKTINFO),
	IP6(IPV6_RECVHOPLIMIT), IP6(IPV6_RECVTCLASS), IP6(IPV6_TCLASS), IP6(IPV6_MTU_DISCOVER), IP6(IPV6_RECVERR), IP6(IPV6_DONTFRAG),
	IP6(99),
};

static void values(int family, int type)
{
	static const int v[] = { -2, -1, 0, 1, 2, 100, 256, 70000 };

	printf("-- %s %s\n", family == AF_INET ? "IPv4" : "IPv6", type == SOCK_STREAM ? "TCP" : "UDP");
	for (unsigned k = 0; k < sizeof(all) / sizeof(*all); k++) {
		int s = socket(family, type, 0), n = -77;
		socklen_t len = sizeof(n);
		printf("%s %s:", all[k].of, all[k].what);
		if (getsockopt(s, all[k].level, all[k].name, &n, &len))
			printf(" %s;", strerrorname_np(errno));
		else
			printf(" %d of %u bytes;", n, len);
		for (unsigned i = 0; i < sizeof(v) / sizeof(*v); i++) {
			if (option(s, all[k].level, all[k].name, v[i])) {
				printf(" %s", strerrorname_np(errno));
				continue;
			}
			n = -77, len = sizeof(n);
			int r = getsockopt(s, all[k].level, all[k].name, &n, &len);
			printf(" %s%d", r ? "!" : "", n);
		}
		printf("\n");
		close(s);
	}
}

static void others(void)
{
	int s = socket(AF_INET, SOCK_STREAM, 0), c, t;
	char b[300];
	socklen_t len = sizeof(b);
	struct tcp_info info;

	printf("-- others\n");
	say("device", setsockopt(s, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3));
	say("device", getsockopt(s, SOL_SOCKET, SO_BINDTODEVICE, b, &len));
	printf("%.3s %u\n", b, len);
	say("no device", setsockopt(s, SOL_SOCKET, SO_BINDTODEVICE, "uk99", 5));
	say("every device", setsockopt(s, SOL_SOCKET, SO_BINDTODEVICE, "", 0));
	say("congestion", setsockopt(s, IPPROTO_TCP, TCP_CONGESTION, "cubic", 5));
	say("congestion", setsockopt(s, IPPROTO_TCP, TCP_CONGESTION, "nothing", 7));
	len = sizeof(b);
	say("congestion", getsockopt(s, IPPROTO_TCP, TCP_CONGESTION, b, &len));
	printf("%u\n", len);
	say("upper protocol", setsockopt(s, IPPROTO_TCP, TCP_ULP, "nothing", 7));
	say("option of no level", option(s, 123, 1, 1));
	say("option of no level", option(s, SOL_SOCKET, 1234, 1));
	say("udp", option(s, IPPROTO_UDP, UDP_CORK, 1));
	setsockopt(s, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 7 }, sizeof(struct linger));
	struct linger l;
	len = sizeof(l);
	getsockopt(s, SOL_SOCKET, SO_LINGER, &l, &len);
	printf("linger %d %d\n", l.l_onoff, l.l_linger);
	option(s, IPPROTO_TCP, TCP_NODELAY, 1);
	option(s, SOL_SOCKET, SO_KEEPALIVE, 1);
	option(s, IPPROTO_TCP, TCP_KEEPIDLE, 55);
	setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){ 7, 0 }, sizeof(struct timeval));
	bind_to(s, "127.0.0.1", 0);
	len = sizeof(info);
	say("info", getsockopt(s, IPPROTO_TCP, TCP_INFO, &info, &len));
	printf("state %d\n", info.tcpi_state);
	listen(s, 5);
	len = sizeof(info);
	getsockopt(s, IPPROTO_TCP, TCP_INFO, &info, &len);
	printf("state %d, of %u\n", info.tcpi_state, info.tcpi_sacked);
	c = socket(AF_INET, SOCK_STREAM, 0);
	connect_to(c, "127.0.0.1", port_of(s));
	getsockopt(s, IPPROTO_TCP, TCP_INFO, &info, &len);
	printf("waiting %u\n", info.tcpi_unacked);
	t = accept(s, NULL, NULL);
	getsockopt(t, IPPROTO_TCP, TCP_INFO, &info, &len);
	printf("state %d, segments of %u\n", info.tcpi_state, info.tcpi_advmss);
	int n = 0;
	len = sizeof(n);
	getsockopt(t, IPPROTO_TCP, TCP_NODELAY, &n, &len);
	printf("inherited: %d", n);
	getsockopt(t, SOL_SOCKET, SO_KEEPALIVE, &n, &len);
	printf(" %d", n);
	getsockopt(t, IPPROTO_TCP, TCP_KEEPIDLE, &n, &len);
	printf(" %d", n);
	struct timeval tv;
	len = sizeof(tv);
	getsockopt(t, SOL_SOCKET, SO_RCVTIMEO, &tv, &len);
	printf(" %ld\n", (long)tv.tv_sec);
	getsockopt(c, IPPROTO_IP, IP_MTU, &n, &len);
	printf("packets of %d\n", n);
	shutdown(c, SHUT_WR);
	len = sizeof(info);
	getsockopt(t, IPPROTO_TCP, TCP_INFO, &info, &len);
	printf("state %d\n", info.tcpi_state);
	n = 0;
	len = 2;
	say("short", getsockopt(t, IPPROTO_TCP, TCP_NODELAY, &n, &len));
	printf("%d %u\n", n, len);
	say("short of IP", (len = 1, getsockopt(t, IPPROTO_IP, IP_TTL, &n, &len)));
	printf("%d %u\n", n, len);
	for (unsigned k = 0; k < 6; k++) {
		n = 0xc0;
		say("TOS of few bytes", setsockopt(t, IPPROTO_IP, IP_TOS, &n, k));
		n = -1;
		say("and back", (len = k, getsockopt(t, IPPROTO_IP, k & 1 ? IP_TOS : IP_MTU_DISCOVER, &n, &len)));
		printf("%x %u\n", n, len);
	}
	say("V6ONLY of who is bound", option(bound("::1", SOCK_STREAM), IPPROTO_IPV6, IPV6_V6ONLY, 1));
	close(c);
	close(t);
	close(s);
}

int main(void)
{
	values(AF_INET, SOCK_STREAM);
	values(AF_INET, SOCK_DGRAM);
	values(AF_INET6, SOCK_STREAM);
	values(AF_INET6, SOCK_DGRAM);
	others();
	return 0;
}
