/* Services, protocols, networks, remote procedures and hosts as /etc has them: every entry, and what is looked up. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static void names(char **list)
{
	for (; *list; list++)
		printf(" %s", *list);
	printf("\n");
}

static void service(const struct servent *s)
{
	if (!s)
		printf("service: none\n");
	else
		printf("service %s %d/%s", s->s_name, ntohs(s->s_port), s->s_proto), names(s->s_aliases);
}

static void protocol(const struct protoent *p)
{
	if (!p)
		printf("protocol: none\n");
	else
		printf("protocol %s %d", p->p_name, p->p_proto), names(p->p_aliases);
}

static void network(const struct netent *n)
{
	if (!n)
		printf("network: none %d\n", h_errno);
	else
		printf("network %s %d %x", n->n_name, n->n_addrtype, n->n_net), names(n->n_aliases);
}

static void program(const struct rpcent *r)
{
	if (!r)
		printf("program: none\n");
	else
		printf("program %s %d", r->r_name, r->r_number), names(r->r_aliases);
}

static void host(const struct hostent *h)
{
	char text[50];

	if (!h)
		printf("host: none %d\n", h_errno);
	else
		printf("host %s %d %d %s %d", h->h_name, h->h_addrtype, h->h_length, inet_ntop(h->h_addrtype, h->h_addr, text, sizeof(text)), !h->h_addr_list[1]), names(h->h_aliases);
}

static void all(void)
{
	struct servent *s, *s2;
	struct protoent *p;
	struct netent *n;
	struct rpcent *r;
	struct hostent *h;
	int i = 0;

	setservent(0);
	while ((s = getservent()) && i++ < 400)
		service(s);
	setservent(1), service(getservent()), service(getservbyname("domain", "udp")), service(getservent()), endservent(), service(getservent()), endservent();
	s = getservbyname("ftp", "tcp"), s2 = getservbyport(htons(22), "tcp"), service(s), service(s2);
	while ((p = getprotoent()))
		protocol(p);
	setprotoent(1), protocol(getprotoent()), endprotoent(), protocol(getprotoent());
	while ((n = getnetent()))
		network(n);
	setnetent(1), network(getnetent()), endnetent(), network(getnetent());
	while ((r = getrpcent()))
		program(r);
	setrpcent(1), program(getrpcent()), endrpcent(), program(getrpcent());
	host(gethostent()); /* the first: the guest has a file of its own */
	while (gethostent())
		;
	sethostent(1), host(gethostent()), endhostent(), host(gethostent());
}

static void lookups(void)
{
	static const char *const services[] = { "http", "www", "HTTP", "domain", "ssh", "22", "", "none", "http-alt", "uk-one", "alias3", "uk-far", "uk-neg", "bad", "uk-noproto" };
	static const char *const protos[] = { "tcp", "TCP", "Tcp", "ip", "ipv6", "IPv6-ICMP", "none", "" };
	static const char *const nets[] = { "loopback", "LOOPBACK", "link-local", "default", "none", "uk-net", "Second", "uk-bad" };

	for (int i = 0; i < sizeof(services) / sizeof(*services); i++) {
		service(getservbyname(services[i], "tcp")), service(getservbyname(services[i], "udp"));
		service(getservbyname(services[i], NULL)), service(getservbyname(services[i], "none"));
	}
	for (int i = 0; i < 100; i++)
		service(getservbyport(htons(i), i % 2 ? "tcp" : NULL));
	service(getservbyport(22, "tcp")), service(getservbyport(-1, NULL)), service(getservbyport(htons(65535), NULL)), service(getservbyport(1 << 16 | htons(22), NULL));
	for (int i = 0; i < sizeof(protos) / sizeof(*protos); i++)
		protocol(getprotobyname(protos[i])), program(getrpcbyname(protos[i]));
	for (int i = -2; i < 260; i++)
		protocol(getprotobynumber(i));
	for (int i = 0; i < sizeof(nets) / sizeof(*nets); i++)
		network(getnetbyname(nets[i]));
	network(getnetbyaddr(0x7f000000, AF_INET)), network(getnetbyaddr(0x7f, AF_INET)), network(getnetbyaddr(0, AF_UNSPEC)), network(getnetbyaddr(0xa9fe0000, 0)), network(getnetbyaddr(0xa9fe0000, AF_INET6)), network(getnetbyaddr(0xffffffff, 0));
	program(getrpcbynumber(100000)), program(getrpcbynumber(3)), program(getrpcbyname("portmapper")), program(getrpcbyname("sunrpc"));
}

#define R(call) (memset(&e, 0, sizeof(e)), result = (void *)1, h = -5, errno = -7, r = call, printf("%s: %d %d %s", #call, r, errno, !result ? "null" : result == &e ? "found" : "other"), printf(" %d\n", h), result)

static void callers_memory(void)
{
	char buf[2000];
	int r, h;

	for (int n = 0; n < 200; n = n < 4 ? n + 1 : n + 37) {
		{ struct servent e, *result; R(getservbyname_r("domain", "udp", &e, buf, n, &result)) ? service(result) : (void)0; }
		{ struct protoent e, *result; R(getprotobyname_r("udp", &e, buf, n, &result)) ? protocol(result) : (void)0; }
	}
	{
		struct servent e, *result;
		R(getservbyname_r("none", "udp", &e, buf, 2000, &result)), R(getservbyport_r(htons(53), NULL, &e, buf, 2000, &result)), service(result), R(getservbyport_r(htons(54), NULL, &e, buf, 2000, &result));
		R(getservbyname_r("22", NULL, &e, buf, 2000, &result)), R(getservbyname_r("ssh", "sctp", &e, buf, 2000, &result)), R(getservbyname_r("ssh", "tcp", &e, buf + 1, 1999, &result)), service(result);
		endservent(), R(getservent_r(&e, buf, 10, &result)), R(getservent_r(&e, buf, 2000, &result)), service(result), R(getservent_r(&e, buf, 1, &result)), R(getservent_r(&e, buf, 2000, &result)), service(result);
		while (!getservent_r(&e, buf, 2000, &result))
			;
		R(getservent_r(&e, buf, 2000, &result));
	}
	{
		struct protoent e, *result;
		R(getprotobyname_r("none", &e, buf, 2000, &result)), R(getprotobynumber_r(6, &e, buf, 2000, &result)), protocol(result), R(getprotobynumber_r(600, &e, buf, 2000, &result));
		endprotoent(), R(getprotoent_r(&e, buf, 2000, &result)), protocol(result), R(getprotoent_r(&e, buf, 5, &result)), R(getprotoent_r(&e, buf, 2000, &result)), protocol(result);
	}
	{
		struct netent e, *result;
		R(getnetbyname_r("none", &e, buf, 2000, &result, &h)), R(getnetbyname_r("loopback", &e, buf, 2000, &result, &h)), network(result), R(getnetbyname_r("loopback", &e, buf, 4, &result, &h));
		R(getnetbyaddr_r(0, 0, &e, buf, 2000, &result, &h)), network(result), R(getnetbyaddr_r(1, 0, &e, buf, 2000, &result, &h)), R(getnetbyaddr_r(0, 0, &e, buf, 2, &result, &h));
		endnetent(), R(getnetent_r(&e, buf, 2, &result, &h)), R(getnetent_r(&e, buf, 2000, &result, &h)), network(result);
		while (!getnetent_r(&e, buf, 2000, &result, &h))
			;
		R(getnetent_r(&e, buf, 2000, &result, &h));
	}
	{
		struct rpcent e, *result;
		R(getrpcbyname_r("none", &e, buf, 2000, &result)), R(getrpcbyname_r("portmap", &e, buf, 2000, &result)), program(result), R(getrpcbynumber_r(100003, &e, buf, 2000, &result)), program(result), R(getrpcbynumber_r(1, &e, buf, 2000, &result));
		endrpcent(), R(getrpcent_r(&e, buf, 2, &result)), R(getrpcent_r(&e, buf, 2000, &result)), program(result);
	}
	{
		struct hostent e, *result;
		endhostent(), R(gethostent_r(&e, buf, 2, &result, &h)), R(gethostent_r(&e, buf, 2000, &result, &h)), host(result);
		while (!gethostent_r(&e, buf, 2000, &result, &h))
			;
		R(gethostent_r(&e, buf, 2000, &result, &h));
	}
}

int main(void)
{
	all(), lookups(), callers_memory();
	return 0;
}
