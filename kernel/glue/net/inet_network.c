/* Networks and hosts of the classes that addresses once had. */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>

/* Bytes as they come: "10.1" is 0x0a01. */
in_addr_t inet_network(const char *s)
{
	unsigned long net = 0;

	for (int part = 0; part < 4; part++) {
		char *end;
		in_addr_t v = isdigit((unsigned char)*s) ? strtoul(s, &end, 0) : 256;

		if (v > 255)
			return INADDR_NONE;
		net = net << 8 | v;
		if (*end != '.') {
			while (isspace((unsigned char)*end))
				end++;
			return *end ? INADDR_NONE : net;
		}
		s = end + 1;
	}
	return INADDR_NONE;
}

struct in_addr inet_makeaddr(in_addr_t net, in_addr_t host)
{
	if (net < 128)
		net = net << 24 | (host & 0xffffff);
	else if (net < 65536)
		net = net << 16 | (host & 0xffff);
	else if (net < 16777216)
		net = net << 8 | (host & 0xff);
	else
		net |= host;
	return (struct in_addr){ htonl(net) };
}

/* How many bits of an address are the host's. */
static int host_bits(in_addr_t a) { return a >> 31 == 0 ? 24 : a >> 30 == 2 ? 16 : 8; }

in_addr_t inet_lnaof(struct in_addr in)
{
	in_addr_t a = ntohl(in.s_addr);

	return a & ((1U << host_bits(a)) - 1);
}

in_addr_t inet_netof(struct in_addr in)
{
	in_addr_t a = ntohl(in.s_addr);

	return a >> host_bits(a);
}
