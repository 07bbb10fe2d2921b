/* bind(2). */
#include "af_inet.h"
#include "inet.h"
#include "permission.h"

const char inet_bind_file[1];

#define PORTS_PRIVILEGED	1024	/* net.ipv4.ip_unprivileged_port_start */
#define CAP_NET_BIND_SERVICE	10

static int parse4(const struct sockaddr_in *a, int len, struct hs_address *out)
{
	static const u8 any[4];

	if (len < (int)sizeof(*a))
		return -EINVAL;
	if (a->family != AF_INET && (a->family != AF_UNSPEC || memcmp(a->ip, any, 4)))
		return -EAFNOSUPPORT;
	*out = (struct hs_address){ .family = AF_INET, .port = { a->port[0], a->port[1] } };
	memcpy(out->ip, a->ip, 4);
	return 0;
}

static int parse6(const struct inet *i, const struct sockaddr_in6 *a, int len, struct hs_address *out)
{
	if (len < SOCKADDR_IN6_MIN)
		return -EINVAL;
	if (a->family != AF_INET6)
		return -EAFNOSUPPORT;
	address_from6(out, a);
	if (a->ip[0] == 0xff && is_stream(i))
		return -EINVAL;
	return 0;
}

/* May a socket have this address? Datagrams can be for a group. */
static bool usable(const struct inet *i, const struct hs_address *a)
{
	return address_any(a) || address_local(a) || address_group(a) || option_of(i, KNOW_FREEBIND);
}

/* A port here, and with the way out if others can come there. Which is free, it says; here somebody else may have that. */
static int take(struct inet *i, u32 port)
{
	for (u32 tries = 0; tries < 16; tries++) {
		int err = port_take(i);
		if (err || address_loopback(&i->port.at) || is_ping(i) || !inet_out())
			return err;
		struct hs_address a = i->port.at;
		port_set(&a, port);
		err = out_bind(i, &a);
		if (err || !memcmp(a.port, i->port.at.port, 2)) {
			if (err)
				port_drop(i);
			return err;
		}
		port_drop(i);
		i->port.at = a;
		if (!port_conflict(i, !port)) {
			port_add(i);
			return 0;
		}
		inet_out()->leave(i, true);
		port_set(&i->port.at, 0);
	}
	return -EADDRINUSE;
}

int inet_bind(struct socket *s, const void *name, int len)
{
	struct inet *i = inet_of(s);
	struct hs_address a;

	if (!is_inet(s))
		return -EOPNOTSUPP;
	int err = s->domain == AF_INET ? parse4(name, len, &a) : parse6(i, name, len, &a);
	if (err)
		return err;
	bool four_on_six = s->domain == AF_INET6 && a.family == AF_INET;
	if (s->domain == AF_INET && !usable(i, &a))
		return -EADDRNOTAVAIL;
	u32 port = port_number(&a);
	if (port && port < PORTS_PRIVILEGED && !is_ping(i) && !capable(CAP_NET_BIND_SERVICE))
		return -EACCES;
	if (i->state != CLOSED || has_port(i))
		return -EINVAL;
	if (four_on_six && i->port.only6)
		return -EINVAL;
	if (!usable(i, &a))
		return -EADDRNOTAVAIL;
	struct hs_address old = i->port.at;
	i->port.at = a;
	if (!port && option_of(i, KNOW_NO_PORT) && !address_any(&a)) {	/* it comes with connect() */
		i->fixed_address = true;
		return 0;
	}
	if ((err = take(i, port))) {
		i->port.at = old;
		return err;
	}
	i->fixed_port = port != 0;
	i->fixed_address = !address_any(&a);
	i->port.only6 |= a.family == AF_INET6 && i->fixed_address;	/* as on Linux */
	return 0;
}
IMPLEMENT(inet_bind);
