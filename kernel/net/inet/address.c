/* Addresses: as programs have them, whose they are, and where they lead. */
#include "inet.h"

#define SO_BROADCAST	6

static const u8 mapped[12] = { [10] = 0xff, [11] = 0xff };	/* ::ffff:0:0/96 */

void address_from6(struct hs_address *out, const struct sockaddr_in6 *a)
{
	bool four = !memcmp(a->ip, mapped, sizeof(mapped));

	*out = (struct hs_address){ .family = four ? AF_INET : AF_INET6, .port = { a->port[0], a->port[1] } };
	memcpy(out->ip, four ? a->ip + 12 : a->ip, four ? 4 : 16);
	if (a->ip[0] == 0xff)
		out->scope = a->scope;
}

int address_tell(const struct inet *i, const struct hs_address *a, void *out)
{
	if (i->s.domain == AF_INET) {
		struct sockaddr_in *in = out;
		*in = (struct sockaddr_in){ .family = AF_INET, .port = { a->port[0], a->port[1] } };
		memcpy(in->ip, a->ip, 4);
		return sizeof(*in);
	}
	struct sockaddr_in6 *in6 = out;
	*in6 = (struct sockaddr_in6){ .family = AF_INET6, .port = { a->port[0], a->port[1] }, .scope = a->scope };
	if (a->family == AF_INET) {
		memcpy(in6->ip, mapped, sizeof(mapped));
		memcpy(in6->ip + 12, a->ip, 4);
	} else {
		memcpy(in6->ip, a->ip, 16);
	}
	return sizeof(*in6);
}

static bool is_zero(const u8 *ip, u32 n)
{
	static const u8 zero[16];

	return !memcmp(ip, zero, n);
}

bool address_any(const struct hs_address *a)
{
	return is_zero(a->ip, 16);
}

static bool six_is_one(const struct hs_address *a)
{
	static const u8 one[16] = { [15] = 1 };

	return !memcmp(a->ip, one, 16);
}

bool address_loopback(const struct hs_address *a)
{
	return a->family == AF_INET ? a->ip[0] == 127 : six_is_one(a);
}

bool address_local(const struct hs_address *a)
{
	if (address_loopback(a))
		return true;
	if (!inet_out())
		return false;
	return a->family == AF_INET ? !memcmp(a->ip, inet_config.address, 4) : !memcmp(a->ip, inet_config.address6, 16);
}

/* Has the guest an address of FAMILY by which others know it? One of IPv6 may take its time. */
static bool has_address(u16 family)
{
	if (family == AF_INET)
		return !is_zero(inet_config.address, 4);
	if (inet_await6)
		inet_await6();
	return !is_zero(inet_config.address6, 16);
}

bool address_multicast(const struct hs_address *a) { return a->family == AF_INET6 ? a->ip[0] == 0xff : a->ip[0] >> 4 == 14; }

bool address_group(const struct hs_address *a)
{
	return address_multicast(a) || (a->family == AF_INET && a->ip[1] == 255 && a->ip[2] == 255 && a->ip[3] == 255 && (a->ip[0] == 127 || a->ip[0] == 255));
}

bool address_allowed(const struct inet *i, const struct hs_address *to)
{
	bool broadcast = to->family == AF_INET && to->ip[3] == 255 && address_group(to);

	return !broadcast || i->s.switches >> SO_BROADCAST & 1;
}

void address_default(const struct inet *i, struct hs_address *a)
{
	if (!address_any(a))
		return;
	/* a socket that is bound to an address of IPv4 has no other */
	if (a->family == AF_INET6 && i->port.at.family == AF_INET6) {
		a->ip[15] = 1;
		return;
	}
	a->family = AF_INET;
	a->ip[0] = 127;
	a->ip[3] = 1;
}

/* Groups are reached by the way out, as everybody else, but for programs that may say otherwise. */
OPTIONAL int inet_group_route(const struct inet *i, const struct hs_address *to)
{
	(void)i;
	return inet_out() && has_address(to->family) ? 1 : -ENETUNREACH;
}

int address_route(const struct inet *i, const struct hs_address *to)
{
	if (i->s.domain == AF_INET6 && to->family == AF_INET && i->port.only6)
		return -ENETUNREACH;
	/* the other way round, whoever bound to an address of IPv4 has no route (Linux net/ipv6/ip6_output.c, ip6_dst_lookup_tail) */
	if (i->s.domain == AF_INET6 && to->family == AF_INET6 && i->port.at.family == AF_INET)
		return -EAFNOSUPPORT;
	if (address_local(to))
		return 0;
	if (address_multicast(to))
		return inet_group_route(i, to);
	return inet_out() && has_address(to->family) ? 1 : -ENETUNREACH;
}

void address_source(struct hs_address *out, const struct hs_address *to)
{
	out->family = to->family;
	memcpy(out->ip, to->ip, 16);
	if (!address_local(to)) {
		bool four = to->family == AF_INET;
		memcpy(out->ip, four ? inet_config.address : inet_config.address6, four ? 4 : 16);
	}
	if (to->family == AF_INET && to->ip[0] == 127)	/* whichever it is, the route says 127.0.0.1 */
		out->ip[1] = out->ip[2] = 0, out->ip[3] = 1;
}
