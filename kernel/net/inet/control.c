/* Ancillary data of datagrams (ip(7), ipv6(7), socket(7)). */
#include "af_inet.h"
#include "interface.h"
#include "option.h"

const char inet_control_file[1];

#define SCM_RIGHTS		1	/* semantically of AF_UNIX, as Linux says: no error elsewhere */
#define SCM_CREDENTIALS		2
#define SO_TIMESTAMP		29
#define SO_TIMESTAMPNS		35
#define SO_MARK			36
#define IP_TOS			1
#define IP_TTL			2
#define IP_PKTINFO		8
#define IP_ORIGDSTADDR		20
#define IPV6_PKTINFO		50
#define IPV6_HOPLIMIT		52
#define IPV6_TCLASS		67
#define IPV6_ORIGDSTADDR	74

struct in_pktinfo { s32 index; u8 source[4], to[4]; };
struct in6_pktinfo { u8 to[16]; u32 index; };

/* The number that a cmsg of N bytes holds: a byte does, too. */
static int number(const void *data, size_t n, s32 *v)
{
	if (n != sizeof(s32) && n != 1)
		return -EINVAL;
	*v = n == 1 ? *(const u8 *)data : *(const s32 *)data;
	return 0;
}

static int set_source(struct socket_msg *m, u16 family, const u8 *ip, u32 index)
{
	struct hs_address a = { .family = family };
	struct interface f;

	if (index && !interface_get(index - 1, &f))
		return -ENODEV;
	memcpy(a.ip, ip, ip_bytes(family));
	if (address_any(&a))
		return 0;
	if (!address_local(&a))
		return -EINVAL;
	m->source_family = family;
	memcpy(m->source, a.ip, 16);
	return 0;
}

static int take_one(struct socket_msg *m, const struct cmsghdr *h)
{
	const u8 *data = (const u8 *)(h + 1);
	size_t n = h->len - sizeof(*h);
	s32 v = 0;
	int err;

	if (h->level == SOL_SOCKET)
		return h->type == SCM_RIGHTS || h->type == SCM_CREDENTIALS || (h->type == SO_MARK && n == 4) ? 0 : -EINVAL;
	switch (h->level << 8 | (u8)h->type) {
	case SOL_IP << 8 | IP_PKTINFO:
		if (n != sizeof(struct in_pktinfo))
			return -EINVAL;
		return set_source(m, AF_INET, ((const struct in_pktinfo *)data)->source, ((const struct in_pktinfo *)data)->index);
	case SOL_IP << 8 | IP_TTL:
		if ((err = number(data, n, &v)) || v < 1 || v > 255)
			return -EINVAL;
		m->ttl = v;
		return 0;
	case SOL_IP << 8 | IP_TOS:
		if ((err = number(data, n, &v)) || v < 0 || v > 255)
			return -EINVAL;
		m->tos = v;
		m->has_tos = true;
		return 0;
	case SOL_IPV6 << 8 | IPV6_PKTINFO:
		if (n < sizeof(struct in6_pktinfo))
			return -EINVAL;
		return set_source(m, AF_INET6, ((const struct in6_pktinfo *)data)->to, ((const struct in6_pktinfo *)data)->index);
	case SOL_IPV6 << 8 | IPV6_HOPLIMIT:
		if (n != sizeof(v) || (v = *(const s32 *)data) < -1 || v > 255)
			return -EINVAL;
		m->ttl = v < 0 ? 0 : v;
		return 0;
	case SOL_IPV6 << 8 | IPV6_TCLASS:
		if (n != sizeof(v) || (v = *(const s32 *)data) < -1 || v > 255)
			return -EINVAL;
		m->tos = v;
		m->has_tos = v >= 0;
		return 0;
	}
	return h->level == SOL_IP || h->level == SOL_IPV6 ? -EINVAL : 0;
}

int inet_control_take(struct socket *s, struct socket_msg *m)
{
	int err = 0;

	if (!is_inet(s))
		return -EOPNOTSUPP;
	for (size_t at = 0; !err && m->control_len - at >= sizeof(struct cmsghdr);) {
		const struct cmsghdr *h = (const void *)((const char *)m->control + at);
		size_t left = m->control_len - at;
		if (h->len < sizeof(*h) || h->len > left)
			return -EINVAL;
		/* a connection looks at those of sockets alone */
		err = s->type == SOCK_STREAM && h->level != SOL_SOCKET ? 0 : take_one(m, h);
		at += min(align_up(h->len, 8UL), left);
	}
	return err;
}
IMPLEMENT(inet_control_take);

static void put_time(const struct inet *i, struct socket_msg *m)
{
	struct timespec ns = { m->time / 1000000000, m->time % 1000000000 };
	struct timeval us = { ns.tv_sec, ns.tv_nsec / 1000 };

	if (i->s.switches >> SO_TIMESTAMPNS & 1)
		socket_control_put(m, SOL_SOCKET, SO_TIMESTAMPNS, &ns, sizeof(ns));
	else if (i->s.switches >> SO_TIMESTAMP & 1)
		socket_control_put(m, SOL_SOCKET, SO_TIMESTAMP, &us, sizeof(us));
}

static void put_four(const struct inet *i, struct socket_msg *m, const struct hs_address *to, u32 index)
{
	struct in_pktinfo info = { .index = index };
	struct sockaddr_in name = { .family = AF_INET, .port = { to->port[0], to->port[1] } };
	s32 ttl = m->ttl;

	memcpy(info.source, m->interface == 1 ? (const u8[]){ 127, 0, 0, 1 } : m->interface ? inet_config.address : to->ip, 4);
	memcpy(info.to, to->ip, 4);
	memcpy(name.ip, to->ip, 4);
	if (option_of(i, KNOW_PKTINFO))
		socket_control_put(m, SOL_IP, IP_PKTINFO, &info, sizeof(info));
	if (option_of(i, KNOW_RECVTTL))
		socket_control_put(m, SOL_IP, IP_TTL, &ttl, sizeof(ttl));
	if (option_of(i, KNOW_RECVTOS))
		socket_control_put(m, SOL_IP, IP_TOS, &m->tos, 1);
	if (option_of(i, KNOW_ORIGDST))
		socket_control_put(m, SOL_IP, IP_ORIGDSTADDR, &name, sizeof(name));
}

static void put_six(const struct inet *i, struct socket_msg *m, const struct hs_address *to, u32 index)
{
	struct in6_pktinfo info = { .index = index };
	struct sockaddr_in6 name;
	s32 hops = m->ttl, class = m->tos;

	address_tell(i, to, &name);
	memcpy(info.to, name.ip, 16);
	if (option_of(i, KNOW_PKTINFO6))
		socket_control_put(m, SOL_IPV6, IPV6_PKTINFO, &info, sizeof(info));
	if (option_of(i, KNOW_RECVHOPS) && to->family == AF_INET6)
		socket_control_put(m, SOL_IPV6, IPV6_HOPLIMIT, &hops, sizeof(hops));
	if (option_of(i, KNOW_RECVTCLASS) && to->family == AF_INET6)
		socket_control_put(m, SOL_IPV6, IPV6_TCLASS, &class, sizeof(class));
	if (option_of(i, KNOW_ORIGDST6) && to->family == AF_INET6)
		socket_control_put(m, SOL_IPV6, IPV6_ORIGDSTADDR, &name, sizeof(name));
}

void inet_control_put(struct socket *s, struct socket_msg *m)
{
	struct inet *i = inet_of(s);
	struct hs_address to = { .family = m->source_family };

	if (!is_inet(s) || is_stream(i) || !m->source_family)
		return;
	if (m->refused) {
		inet_error_put(i, m);
		return;
	}
	memcpy(to.ip, m->source, 16);
	memcpy(to.port, i->port.at.port, 2);
	u32 index = m->interface ? m->interface : address_loopback(&to) ? 1 : 2;
	put_time(i, m);
	if (s->domain == AF_INET6)
		put_six(i, m, &to, index);
	if (to.family == AF_INET)
		put_four(i, m, &to, index);
}
IMPLEMENT(inet_control_put);
