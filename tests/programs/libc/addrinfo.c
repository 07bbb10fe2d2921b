// getaddrinfo() with numbers: which hints are judged first, which sockets are offered, what the answers say besides.
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define COUNT(a) (int)(sizeof(a) / sizeof *(a))

static void ask(const char *name, const char *service, const struct addrinfo *hint)
{
	struct addrinfo *r;
	int e = getaddrinfo(name, service, hint, &r);

	printf("%s %s", name ? name : "-", service ? service : "-");
	if (hint)
		printf(" %d %d %d %x", hint->ai_family, hint->ai_socktype, hint->ai_protocol, hint->ai_flags);
	printf(": %d", e);
	for (struct addrinfo *p = e ? NULL : r; p; p = p->ai_next) {
		char host[80] = "", port[20] = "";
		getnameinfo(p->ai_addr, p->ai_addrlen, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
		printf(" [%d %d %d %x %u %s %s %s]", p->ai_family, p->ai_socktype, p->ai_protocol, p->ai_flags, p->ai_addrlen, host, port, p->ai_canonname ? p->ai_canonname : "-");
	}
	printf("\n");
	if (!e)
		freeaddrinfo(r);
}

int main(void)
{
	static const char *const names[] = { NULL, "127.0.0.1", "::1", "1.2.3", "0x7f.1", "010.1.2.3", "fe80::1%7", "2001::1%3", "fe80::1%none", "::ffff:1.2.3.4", "", "1.2.3.4 ", "[::1]", "no number", "*" };
	static const char *const services[] = { NULL, "80", "0", "65536", "-1", "", "80x", "+80", "  80", "uk-none", "*" };
	static const int families[] = { AF_UNSPEC, AF_INET, AF_INET6, AF_UNIX, 99 };
	static const int types[] = { 0, SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET, 6, 77 }, protocols[] = { 0, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, 132, 136, 99 };
	static const int flags[] = { 0, AI_PASSIVE, AI_CANONNAME, AI_NUMERICSERV, AI_V4MAPPED, AI_ALL | AI_V4MAPPED, 0x40, 0x80 | AI_CANONNAME, 0x100000 };
	unsigned n = 0;

	for (int i = 0; i < 1500; i++) {
		n = n * 1103515245 + 12345;
		struct addrinfo hint = { .ai_flags = flags[(n >> 8) % COUNT(flags)] | AI_NUMERICHOST, .ai_family = families[(n >> 12) % COUNT(families)],
			.ai_socktype = types[(n >> 15) % COUNT(types)], .ai_protocol = protocols[(n >> 18) % COUNT(protocols)] };
		const char *name = names[(n >> 21) % COUNT(names)], *service = services[(n >> 25) % COUNT(services)];
		if ((!name || !strcmp(name, "*")) && hint.ai_family != AF_INET && hint.ai_family != AF_INET6)
			continue;	// their order is the machine's
		if ((!name || !strcmp(name, "*")) && hint.ai_flags & AI_ALL)
			continue;
		ask(name, service, &hint);
	}
	ask("127.0.0.1", "80", NULL), ask("127.0.0.1", NULL, NULL), ask("127.0.0.1", "uk-none", NULL), ask(NULL, NULL, NULL), ask("1.2.3.4", "", NULL);
	return 0;
}
