/* What programs learn of the interface lo, by each of the ways there are. */
#include "show.h"
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netdb.h>
#include <netpacket/packet.h>

static void addresses(void)
{
	struct ifaddrs *all, *a;
	char text[64];

	if (getifaddrs(&all)) {
		say("getifaddrs", -1);
		return;
	}
	for (a = all; a; a = a->ifa_next) {
		if (strcmp(a->ifa_name, "lo"))
			continue;
		printf("lo: flags %x, family %d", a->ifa_flags, a->ifa_addr ? a->ifa_addr->sa_family : -1);
		if (a->ifa_addr && a->ifa_addr->sa_family == AF_INET) {
			printf(", %s", inet_ntop(AF_INET, &((struct sockaddr_in *)a->ifa_addr)->sin_addr, text, sizeof(text)));
			printf(", mask %s", inet_ntop(AF_INET, &((struct sockaddr_in *)a->ifa_netmask)->sin_addr, text, sizeof(text)));
		} else if (a->ifa_addr && a->ifa_addr->sa_family == AF_INET6) {
			printf(", %s", inet_ntop(AF_INET6, &((struct sockaddr_in6 *)a->ifa_addr)->sin6_addr, text, sizeof(text)));
			printf(", mask %s", inet_ntop(AF_INET6, &((struct sockaddr_in6 *)a->ifa_netmask)->sin6_addr, text, sizeof(text)));
		} else if (a->ifa_addr && a->ifa_addr->sa_family == AF_PACKET) {
			struct sockaddr_ll *l = (void *)a->ifa_addr;
			printf(", index %d, type %d, %d bytes of address", l->sll_ifindex, l->sll_hatype, l->sll_halen);
		}
		printf("\n");
	}
	freeifaddrs(all);
}

static void requests(void)
{
	static const struct { int cmd; const char *name; } all[] = {
		{ SIOCGIFFLAGS, "flags" }, { SIOCGIFMTU, "mtu" }, { SIOCGIFINDEX, "index" }, { SIOCGIFADDR, "address" }, { SIOCGIFNETMASK, "mask" },
		{ SIOCGIFBRDADDR, "broadcast" }, { SIOCGIFHWADDR, "hardware" }, { SIOCGIFMETRIC, "metric" }, { SIOCGIFTXQLEN, "queue" },
	};
	int s = socket(AF_INET, SOCK_DGRAM, 0);
	char text[64];

	for (unsigned i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct ifreq r = { .ifr_name = "lo" };
		if (say(all[i].name, ioctl(s, all[i].cmd, &r)))
			continue;
		switch (all[i].cmd) {
		case SIOCGIFFLAGS: printf("  %x\n", r.ifr_flags); break;
		case SIOCGIFHWADDR: printf("  %d\n", r.ifr_hwaddr.sa_family); break;
		case SIOCGIFMTU: case SIOCGIFINDEX: case SIOCGIFMETRIC: case SIOCGIFTXQLEN: printf("  %d\n", r.ifr_ifindex); break;
		default: printf("  %s\n", inet_ntop(AF_INET, &((struct sockaddr_in *)&r.ifr_addr)->sin_addr, text, sizeof(text)));
		}
		struct ifreq none = { .ifr_name = "uk99" };
		say("of none", ioctl(s, all[i].cmd, &none));
	}
	struct ifreq list[8];
	struct ifconf c = { .ifc_len = sizeof(list), .ifc_req = list };
	say("list", ioctl(s, SIOCGIFCONF, &c));
	printf("first %s\n", c.ifc_len >= (int)sizeof(*list) ? list[0].ifr_name : "none");
	struct ifreq by = { .ifr_ifindex = 1 };
	say("name", ioctl(s, SIOCGIFNAME, &by));
	printf("%s\n", by.ifr_name);
	close(s);
	printf("if_nametoindex: %u, none: %u\n", if_nametoindex("lo"), if_nametoindex("uk99"));
	char name[IF_NAMESIZE];
	printf("if_indextoname: %s, none: %d\n", if_indextoname(1, name), !!if_indextoname(12345, name));
	struct if_nameindex *n = if_nameindex();
	printf("if_nameindex: %s\n", n ? n[0].if_name : "none");
	if_freenameindex(n);
}

static void netlink(void)
{
	int s = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), t;
	struct sockaddr_nl a = { .nl_family = AF_NETLINK }, from;
	socklen_t len = sizeof(a);
	struct { struct nlmsghdr h; struct ifinfomsg m; } q = { { sizeof(q), RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, 7, 0 }, { 0 } };
	char b[16384];

	say("bind", bind(s, (void *)&a, sizeof(a)));
	getsockname(s, (void *)&a, &len);
	printf("mine: %d, %u bytes\n", a.nl_pid == getpid(), len);
	t = socket(AF_NETLINK, SOCK_DGRAM, NETLINK_ROUTE);
	a.nl_pid = 0;
	bind(t, (void *)&a, sizeof(a));
	getsockname(t, (void *)&a, &len);
	printf("another: %d\n", a.nl_pid != 0 && a.nl_pid != getpid());
	close(t);
	ready("quiet", s);
	say("none", recv(s, b, sizeof(b), MSG_DONTWAIT));
	say("send", send(s, &q, sizeof(q), 0));
	ready("answered", s);
	int more = 1, lo = 0;
	while (more) {
		struct iovec v = { b, sizeof(b) };
		struct msghdr m = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &v, .msg_iovlen = 1 };
		int n = recvmsg(s, &m, 0);
		for (struct nlmsghdr *h = (void *)b; NLMSG_OK(h, n); h = NLMSG_NEXT(h, n)) {
			if (h->nlmsg_type == NLMSG_DONE)
				more = 0;
			else if (h->nlmsg_type == RTM_NEWLINK && ((struct ifinfomsg *)NLMSG_DATA(h))->ifi_index == 1)
				lo = h->nlmsg_seq == 7 && h->nlmsg_flags & NLM_F_MULTI && m.msg_namelen == sizeof(from) && !from.nl_pid;
		}
	}
	printf("lo: %d\n", lo);
	q.h.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	q.h.nlmsg_seq = 8;
	q.m.ifi_index = 12345;
	send(s, &q, sizeof(q), 0);
	say("of none", recv(s, b, sizeof(b), 0));
	struct nlmsghdr *h = (void *)b;
	printf("type %d, error %d\n", h->nlmsg_type, ((struct nlmsgerr *)NLMSG_DATA(h))->error);
	q.m.ifi_index = 1;
	send(s, &q, sizeof(q), 0);
	recv(s, b, sizeof(b), 0);
	printf("type %d, index %d\n", h->nlmsg_type, ((struct ifinfomsg *)NLMSG_DATA(h))->ifi_index);
	recv(s, b, sizeof(b), 0);
	printf("type %d, error %d\n", h->nlmsg_type, ((struct nlmsgerr *)NLMSG_DATA(h))->error);
	close(s);
	say("no such protocol", socket(AF_NETLINK, SOCK_RAW, 31));
	say("no such type", socket(AF_NETLINK, SOCK_STREAM, NETLINK_ROUTE));
}

static void names_of_hosts(void)
{
	struct addrinfo hints = { .ai_flags = AI_PASSIVE, .ai_socktype = SOCK_STREAM }, *r;

	printf("passive: %d\n", getaddrinfo(NULL, "80", &hints, &r));
	freeaddrinfo(r);
	hints.ai_flags = AI_NUMERICHOST;
	printf("numeric: %d\n", getaddrinfo("127.0.0.1", "80", &hints, &r));
	freeaddrinfo(r);
}

int main(void)
{
	addresses();
	requests();
	netlink();
	names_of_hosts();
	FILE *f = fopen("/proc/net/dev", "r");
	char line[300];
	while (f && fgets(line, sizeof(line), f))
		if (strstr(line, "|") || strstr(line, " lo:"))
			printf("%.8s\n", line);
	return 0;
}
