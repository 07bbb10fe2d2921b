/* groups_card: members of groups on the card, of both families. Each says so to the group, until it has an answer from outside. */
#include "show.h"
#include <net/if.h>

#define HERE	7000
#define THERE	7001

static void run(int family, const char *group)
{
	int s = socket(family, SOCK_DGRAM, 0), r, own = 0;
	union any a, from;
	char b[64] = "", text[64];
	socklen_t n = address(&a, family == AF_INET ? "0.0.0.0" : "::", HERE);
	struct group_req g = { .gr_interface = if_nametoindex("eth0") };

	say("bind", bind(s, &a.sa, n));
	n = address((union any *)&g.gr_group, group, 0);
	say("join", setsockopt(s, family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6, MCAST_JOIN_GROUP, &g, sizeof(g)));
	address(&a, group, HERE);
	say("to its own port", sendto(s, "own", 3, 0, &a.sa, n));
	while (!strstr(b, "answer")) {
		address(&a, group, THERE);
		if (sendto(s, "here", 4, 0, &a.sa, n) < 0)
			say("send", -1);
		if (poll(&(struct pollfd){ s, POLLIN }, 1, 200) != 1)
			continue;
		socklen_t len = sizeof(from);
		if ((r = recvfrom(s, b, sizeof(b) - 1, 0, &from.sa, &len)) < 0)
			say("receive", -1);
		b[r > 0 ? r : 0] = 0;
		own += !strcmp(b, "own");
	}
	inet_ntop(family, family == AF_INET ? (void *)&from.in.sin_addr : (void *)&from.in6.sin6_addr, text, sizeof(text));
	printf("%s from %s, %d of its own\n", b, text, own);
	close(s);
}

int main(void)
{
	run(AF_INET, "239.1.2.3");
	run(AF_INET6, "ff15::7");
	return 0;
}
