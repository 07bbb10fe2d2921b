/*
 * getaddrinfo() with glibc's rules: which hints there are and in which order they are judged, which protocols a service is looked for
 * with, what a number may look like, and what the answers say besides addresses. Names are looked up by musl's __lookup_name().
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "../network/lookup.h"

enum { IDN = 0x40, CANONIDN = 0x80, IDN_DEPRECATED = 0x300, IDN_ENCODE = -105, ADDRFAMILY = -9 };
enum { DCCP_SOCKET = 6, DCCP = 33, SCTP = 132, UDPLITE = 136 };

static const struct kind {
	uint8_t type, protocol;
	uint8_t usual;		/* without hints */
	char name[8];		/* in /etc/services; "": no services, any protocol */
} kinds[] = {
	{ SOCK_STREAM, IPPROTO_TCP, 1, "tcp" },
	{ SOCK_DGRAM, IPPROTO_UDP, 1, "udp" },
	{ DCCP_SOCKET, DCCP, 0, "dccp" },
	{ SOCK_DGRAM, UDPLITE, 0, "udplite" },
	{ SOCK_STREAM, SCTP, 0, "sctp" },
	{ SOCK_SEQPACKET, SCTP, 0, "sctp" },
	{ SOCK_RAW, 0, 1, "" },
};

enum { KINDS = sizeof kinds / sizeof *kinds };

/* A socket that the answer is for. */
struct port { int type, protocol, port; };

static int wanted(const struct kind *k, const struct addrinfo *hint)
{
	return (!hint->ai_socktype || hint->ai_socktype == k->type) && (!hint->ai_protocol || !*k->name || hint->ai_protocol == k->protocol);
}

static int named_port(const char *service, const struct kind *k, int *port)
{
	struct servent s, *found = NULL;
	char buffer[1024];

	if (!*k->name || getservbyname_r(service, k->name, &s, buffer, sizeof buffer, &found) || !found)
		return 0;
	*port = found->s_port;
	return 1;
}

/* Fills in the ports; the number of them, or an error. NUMBER is -1 for a service that is a name. */
static int find_ports(struct port ports[KINDS], const char *service, int number, const struct addrinfo *hint)
{
	int n = 0, i, any = !hint->ai_socktype && !hint->ai_protocol;

	for (i = 0; !any && i < KINDS && !wanted(&kinds[i], hint); i++)
		;
	if (i == KINDS)
		return hint->ai_socktype ? EAI_SOCKTYPE : EAI_SERVICE;
	if (service && !any && !*kinds[i].name)
		return EAI_SERVICE;
	for (; i < (any ? KINDS : i + 1) && n < KINDS; i++) {
		int port = service ? htons(number) : 0;
		if (any && !kinds[i].usual && !(service && number < 0))
			continue;
		if (service && number < 0 && !named_port(service, &kinds[i], &port)) {
			if (!any)
				return EAI_SERVICE;
			continue;
		}
		ports[n++] = (struct port){ kinds[i].type, *kinds[i].name ? kinds[i].protocol : hint->ai_protocol, port };
		if (!any)
			break;
	}
	return n ? n : EAI_SERVICE;
}

static int scope_of(const struct in6_addr *a, const char *scope, unsigned *id)
{
	char *end;
	unsigned long long n;

	if ((IN6_IS_ADDR_LINKLOCAL(a) || IN6_IS_ADDR_MC_NODELOCAL(a) || IN6_IS_ADDR_MC_LINKLOCAL(a)) && (*id = if_nametoindex(scope)))
		return 1;
	if (!isdigit(*scope))
		return 0;
	n = strtoull(scope, &end, 10);
	*id = n;
	return !*end && n <= UINT_MAX;
}

/* A name that is an address: 1, or an error; else 0. */
static int numeric(struct address *to, const char *name, const struct addrinfo *hint)
{
	const char *scope = strchr(name, '%');
	char text[INET6_ADDRSTRLEN];
	size_t n = scope ? scope - name : strlen(name);

	memset(to, 0, sizeof *to);
	if (!strpbrk(name, " \t\n\v\f\r") && inet_aton(name, (struct in_addr *)to->addr)) {
		to->family = AF_INET;
		if (hint->ai_family != AF_INET6)
			return 1;
		if (!(hint->ai_flags & AI_V4MAPPED))
			return ADDRFAMILY;
		to->family = AF_INET6;
		memmove(to->addr + 12, to->addr, 4), memset(to->addr, 0, 10), memset(to->addr + 10, 0xff, 2);
		return 1;
	}
	if (n < sizeof text && (memcpy(text, name, n), text[n] = 0, inet_pton(AF_INET6, text, to->addr) > 0)) {
		to->family = AF_INET6;
		if (hint->ai_family == AF_INET) {
			if (!IN6_IS_ADDR_V4MAPPED((struct in6_addr *)to->addr))
				return ADDRFAMILY;
			memmove(to->addr, to->addr + 12, 4);
			to->family = AF_INET;
		}
		return scope && !scope_of((struct in6_addr *)to->addr, scope + 1, &to->scopeid) ? EAI_NONAME : 1;
	}
	return hint->ai_flags & AI_NUMERICHOST ? EAI_NONAME : 0;
}

/* Whether sockets of a family reach anything, their own machine to begin with. */
static int configured(int family)
{
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = 65535, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = 65535, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int s = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int r = s < 0 ? -1 : family == AF_INET ? connect(s, (void *)&four, sizeof four) : connect(s, (void *)&six, sizeof six);

	if (s >= 0)
		close(s);
	return !r;
}

/* The answer, as musl's freeaddrinfo() takes it: addresses times ports. */
static int answer(struct addrinfo **result, const struct address *at, int addresses, const struct port *ports, int n, const struct addrinfo *hint,
	const char *canon)
{
	int all = addresses * n;
	struct aibuf *out = calloc(1, all * sizeof *out + (canon ? strlen(canon) + 1 : 0));

	if (!out)
		return EAI_MEMORY;
	if (canon)
		out->ai.ai_canonname = strcpy((char *)&out[all], canon);	/* of the first only */
	for (int k = 0; k < all; k++) {
		const struct address *a = &at[k / n];
		const struct port *p = &ports[k % n];
		struct addrinfo *ai = &out[k].ai;
		out[k].slot = k;
		ai->ai_flags = hint->ai_flags;
		ai->ai_family = a->family;
		ai->ai_socktype = p->type;
		ai->ai_protocol = p->protocol;
		ai->ai_addr = (void *)&out[k].sa;
		if (k)
			out[k - 1].ai.ai_next = ai;
		if (a->family == AF_INET) {
			ai->ai_addrlen = sizeof out[k].sa.sin;
			out[k].sa.sin = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = p->port };
			memcpy(&out[k].sa.sin.sin_addr, a->addr, 4);
		} else {
			ai->ai_addrlen = sizeof out[k].sa.sin6;
			out[k].sa.sin6 = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = p->port, .sin6_scope_id = a->scopeid };
			memcpy(&out[k].sa.sin6.sin6_addr, a->addr, 16);
		}
	}
	out->ref = all;
	*result = &out->ai;
	return 0;
}

static int is_ascii(const char *s)
{
	while (*s && !(*s & 0x80))
		s++;
	return !*s;
}

static int check(const char *name, const char *service, const struct addrinfo *hint)
{
	const int flags = AI_PASSIVE | AI_CANONNAME | AI_NUMERICHOST | AI_ADDRCONFIG | AI_V4MAPPED | AI_NUMERICSERV | AI_ALL | IDN | CANONIDN | IDN_DEPRECATED;

	if (!name && !service)
		return EAI_NONAME;
	if (hint->ai_flags & ~flags || hint->ai_flags & AI_CANONNAME && !name)
		return EAI_BADFLAGS;
	if (hint->ai_family != AF_UNSPEC && hint->ai_family != AF_INET && hint->ai_family != AF_INET6)
		return EAI_FAMILY;
	return 0;
}

int getaddrinfo(const char *restrict name, const char *restrict service, const struct addrinfo *restrict given, struct addrinfo **restrict result)
{
	struct addrinfo hint = { .ai_flags = AI_V4MAPPED | AI_ADDRCONFIG };
	struct address at[MAXADDRS];
	struct port ports[KINDS];
	char canon[256] = "", *end;
	int n, ports_found, number = 0;

	if (given)
		hint = *given;
	if (name && !strcmp(name, "*"))
		name = NULL;
	if (service && !strcmp(service, "*"))
		service = NULL;
	if ((n = check(name, service, &hint)))
		return n;
	if (given && hint.ai_flags & AI_ADDRCONFIG) {
		int four = configured(AF_INET), six = configured(AF_INET6);
		if (hint.ai_family == AF_INET && !four || hint.ai_family == AF_INET6 && !six)
			return EAI_NONAME;
		if (hint.ai_family == AF_UNSPEC && four != six)
			hint.ai_family = four ? AF_INET : AF_INET6;
	}
	if (service && *service) {
		number = strtoul(service, &end, 10);
		if (*end && hint.ai_flags & AI_NUMERICSERV)
			return EAI_NONAME;
		if (*end)
			number = -1;
	} else {
		service = NULL;
	}
	if ((ports_found = find_ports(ports, service, number, &hint)) < 0)
		return ports_found;
	if (name && hint.ai_flags & IDN && !is_ascii(name))	/* without libidn2 */
		return IDN_ENCODE;
	n = name ? numeric(at, name, &hint) : 0;
	if (!n)
		n = __lookup_name(at, canon, name, hint.ai_family, name ? hint.ai_flags : hint.ai_flags & ~AI_V4MAPPED);
	if (n < 0)
		return n;
	return answer(result, at, n, ports, ports_found, &hint, !(hint.ai_flags & AI_CANONNAME) ? NULL : *canon ? canon : name);
}
