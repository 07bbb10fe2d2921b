/* connect(2). */
#include "af_inet.h"
#include "inet.h"

const char inet_connect_file[1];

/* Datagrams of AF_INET6 take addresses of both families, connections those of their own alone. */
static int parse(const struct inet *i, const void *name, int len, struct hs_address *out)
{
	const struct sockaddr_in6 *six = name;
	const struct sockaddr_in *four = name;
	bool four_too = i->s.domain == AF_INET6 && !is_stream(i) && four->family == AF_INET;

	if (i->s.domain == AF_INET || four_too) {
		if (len < (int)sizeof(*four))
			return -EINVAL;
		if (four->family != AF_INET || (four_too && i->port.only6))
			return -EAFNOSUPPORT;
		*out = (struct hs_address){ .family = AF_INET, .port = { four->port[0], four->port[1] } };
		memcpy(out->ip, four->ip, 4);
		return 0;
	}
	if (len < SOCKADDR_IN6_MIN)
		return -EINVAL;
	if (six->family != AF_INET6)
		return -EAFNOSUPPORT;
	address_from6(out, six);
	return 0;
}

/* Where it goes from; 0: within the guest. */
static int choose(struct inet *i, struct hs_address *to)
{
	struct hs_address *at = &i->port.at;

	address_default(i, to);
	int out = address_route(i, to);
	if (out < 0)
		return out;
	if (is_stream(i) && address_group(to))
		return -ENETUNREACH;
	if (at->family == AF_INET6 && to->family == AF_INET) {
		if (!address_any(at))
			return -EINVAL;
	} else if (at->family != to->family) {
		return -ENETUNREACH;
	}
	return out && address_loopback(at) ? -EINVAL : out;
}

/* Of the socket that the way out has, or is to have. */
static int connect_out(struct inet *i)
{
	int err = out_open(i);

	return err ? err : inet_out()->connect(i);
}

static int start(struct inet *i, const void *name, int len)
{
	struct hs_address to;
	int out = parse(i, name, len, &to);

	if (out || (out = choose(i, &to)) < 0)
		return out;
	struct hs_address old = i->port.at;
	if (address_any(&i->port.at))
		address_source(&i->port.at, &to);
	if (port_auto(i)) {
		i->port.at = old;
		return -EADDRNOTAVAIL;
	}
	i->s.error = 0;
	i->shut = 0;
	i->ended = false;
	i->peer = to;
	i->stage = UNDERWAY;
	if (!out)
		return loop_connect(i);
	int err = connect_out(i);
	if (err)
		i->stage = UNCONNECTED;
	return err;
}

/* It failed: another try may follow. */
static int failed(struct inet *i)
{
	int err = socket_error(&i->s);

	inet_disconnect(i);
	i->s.error = 0;
	return err ? err : -ECONNABORTED;
}

static int connect_stream(struct inet *i, const void *name, int len, int flags)
{
	ns_t deadline = socket_deadline(i->s.send_timeout);
	bool first = i->stage == UNCONNECTED;

	if (i->stage == CONNECTED)
		return -EISCONN;
	if (i->stage == DISCONNECTING)
		return -EINVAL;
	if (first) {
		if (i->state != CLOSED)
			return -EISCONN;
		int err = start(i, name, len);
		if (err)
			return err;
		if (flags & MSG_DONTWAIT)	/* on Linux too, though it is decided */
			return -EINPROGRESS;
	}
	while (i->state == CONNECTING) {
		int err = inet_wait(&i->write_q, flags, deadline);
		if (err)
			return err == -EAGAIN ? (first ? -EINPROGRESS : -EALREADY) : err;
	}
	if (i->stage != UNDERWAY)	/* shutdown(2) meanwhile */
		return -ECONNABORTED;
	if (i->state == CLOSED && i->s.error)
		return failed(i);
	if (i->state == CLOSED && !i->ended)
		return failed(i);
	i->stage = CONNECTED;
	return 0;
}

static int connect_dgram(struct inet *i, const void *name, int len)
{
	struct hs_address to;
	int out = parse(i, name, len, &to);

	if (out || (out = choose(i, &to)) < 0)
		return out;
	if (!address_allowed(i, &to))
		return -EACCES;
	if (port_auto(i))
		return -EAGAIN;
	if (address_any(&i->port.at) && !out && address_multicast(&to))
		address_default(i, &i->port.at);	/* lo has groups of IPv4 alone */
	if (address_any(&i->port.at))
		address_source(&i->port.at, &to);
	i->peer = to;
	if (!out && i->number)
		inet_out()->undo_connect(i);
	int err = out ? connect_out(i) : 0;
	if (err) {
		port_set(&i->peer, 0);
		return err;
	}
	i->state = ESTABLISHED;
	i->stage = CONNECTED;
	return 0;
}

int inet_connect(struct socket *s, const void *name, int len, int flags)
{
	struct inet *i = inet_of(s);

	if (!is_inet(s))
		return -EOPNOTSUPP;
	if (len < 2)
		return -EINVAL;
	if (*(const u16 *)name == AF_UNSPEC)
		return inet_disconnect(i);
	return is_stream(i) ? connect_stream(i, name, len, flags) : connect_dgram(i, name, len);
}
IMPLEMENT(inet_connect);
