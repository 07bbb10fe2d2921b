/* Datagrams: send(2), recv(2). */
#include "inet.h"

#define MSG_ERRQUEUE	0x2000
#define SO_TIMESTAMP	29
#define SO_TIMESTAMPNS	35
#define DGRAM_MAX	65507	/* of IPv4: 65535 without the headers of IP and UDP */
#define COST_FREE	128	/* bytes that fit there */
#define COST		768	/* struct sk_buff with a small datagram, Linux's net/core/skbuff.c */

const struct inet_errors *inet_errors;

OPTIONAL bool inet_group_send(struct inet *i, struct packet *p, u8 ttl, int way)
{
	(void)i, (void)way;
	p->ttl = ttl ? ttl : 1;
	return false;
}

/* Whom M is for, from its name or the connection. */
static int receiver(struct inet *i, const struct socket_msg *m, struct hs_address *to)
{
	const struct sockaddr_in *four = (const void *)m->name;
	const struct sockaddr_in6 *six = (const void *)m->name;

	if (m->name_len && i->s.domain == AF_INET6 && m->name_len < 2)
		return -EINVAL;
	if (!m->name_len || (i->s.domain == AF_INET6 && !six->family)) {
		if (i->state != ESTABLISHED)
			return -EDESTADDRREQ;
		*to = i->peer;
		return 0;
	}
	if (i->s.domain == AF_INET || four->family == AF_INET) {
		if (i->s.domain == AF_INET6 && i->port.only6)
			return -ENETUNREACH;
		if (m->name_len < sizeof(*four))
			return -EINVAL;
		if (four->family != AF_INET && four->family != AF_UNSPEC)
			return -EAFNOSUPPORT;
		*to = (struct hs_address){ .family = AF_INET, .port = { four->port[0], four->port[1] } };
		memcpy(to->ip, four->ip, 4);
	} else {
		if (m->name_len < SOCKADDR_IN6_MIN || six->family != AF_INET6)
			return -EINVAL;
		address_from6(to, six);
	}
	if (is_ping(i))
		return to->family == i->s.domain ? 0 : -EINVAL;
	return port_number(to) ? 0 : -EINVAL;
}

static bool has_room(const struct inet *i, u32 cost)
{
	return i->queued + cost <= i->s.recv_room || list_empty(&i->queue);
}

void udp_deliver(struct inet *i, struct packet *p)
{
	u32 n = p->len - sizeof(struct hs_address);

	p->cost = COST + (n > COST_FREE ? align_up(n, 512U) : 0);
	if (!has_room(i, p->cost)) {
		kfree(p);
		return;
	}
	if (i->s.switches & (1UL << SO_TIMESTAMP | 1UL << SO_TIMESTAMPNS))
		p->time = now_realtime();
	i->queued += p->cost;
	list_append(&i->queue, &p->link);
	wake_all_for(&i->read_q, POLL_READ);
}

/* Linux's __udp4_lib_err(). */
void udp_refused(struct inet *i, struct packet *p, int error, bool hard)
{
	if (inet_errors && inet_errors->queue(i, p, error))
		return;
	if (hard && i->state == ESTABLISHED) {
		i->s.error = error;
		inet_wake(i);
	}
	kfree(p);
}

/* As on Linux: what finds no room is lost, and what finds nobody is told to who is connected. */
static void deliver(struct inet *from, struct packet *p)
{
	if (is_ping(from)) {
		ping_answer(from, p);
		return;
	}
	struct inet *to = port_find(&p->to, from->port.protocol, (const struct hs_address *)p->data);

	if (to) {
		udp_deliver(to, p);
		return;
	}
	udp_refused(from, p, ECONNREFUSED, true);
}

/* 0: within the guest; 1: out; or an error. */
static int check(struct inet *i, const struct socket_msg *m, int flags, struct hs_address *to)
{
	inet_look();
	if (m->total > 0xffff)
		return -EMSGSIZE;
	if (is_ping(i) && m->total < PING_LEAST)
		return -EINVAL;
	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	int err = receiver(i, m, to);
	if (err)
		return err;
	address_default(i, to);
	int out = address_route(i, to);
	if (out < 0)
		return out;
	if (out && address_loopback(&i->port.at))
		return -EINVAL;
	if (!address_allowed(i, to))
		return -EACCES;
	if (m->total > DGRAM_MAX + (to->family == AF_INET6 ? 20 : 0) + (is_ping(i) ? PING_LEAST : 0))
		return -EMSGSIZE;
	if ((err = socket_error(&i->s)))
		return err;
	return i->shut & SHUT_WRITE ? -EPIPE : out;
}

static long send_out(struct inet *i, struct packet *p, int flags)
{
	u32 n = p->len - sizeof(struct hs_address);
	int err = out_open(i);

	if (!err)
		err = inet_out()->datagram(i, p, flags, socket_deadline(i->s.send_timeout));
	if (err)
		kfree(p);
	return err ? err : (long)n;
}

long udp_send(struct socket *s, const struct socket_msg *m, int flags)
{
	struct inet *i = inet_of(s);
	struct hs_address to, *from;

	if (port_auto(i))
		return -EAGAIN;
	int out = check(i, m, flags, &to);
	if (out < 0)
		return out;
	struct packet *p = inet_packet(sizeof(*from) + m->total);
	if (!p)
		return -ENOBUFS;
	if (iov_gather(p->data + sizeof(*from), m->v, 0, m->total) < m->total) {
		kfree(p);
		return -EFAULT;
	}
	int err = is_ping(i) ? ping_request(i, p) : 0;
	if (err) {
		kfree(p);
		return err;
	}
	from = (struct hs_address *)p->data;
	*from = i->port.at;
	if (m->source_family == to.family)
		memcpy(from->ip, m->source, 16);
	if (address_any(from) || address_multicast(from) || m->source_family == to.family)
		from->family = to.family;
	if (address_any(from) || address_multicast(from))
		address_source(from, &to);
	bool four = to.family == AF_INET;
	p->to = to;
	p->ttl = m->ttl ? m->ttl : option_of(i, four ? KNOW_TTL : KNOW_HOPS) ^ 64;
	p->tos = m->has_tos ? m->tos : option_of(i, four ? KNOW_TOS : KNOW_TCLASS);
	if (address_multicast(&to) && inet_group_send(i, p, m->ttl, out))
		return m->total;
	if (out)
		return send_out(i, p, flags);
	deliver(i, p);
	return m->total;
}

static size_t data_len(const struct packet *p) { return p->len - sizeof(struct hs_address); }

/* The one that is to be read, and *SKIP bytes of it that are not; NULL: there is none. */
static struct packet *first_behind(const struct inet *i, int flags, size_t *skip)
{
	struct packet *p;

	*skip = peek_skip(&i->s, flags);
	list_each(p, &i->queue, link) {
		if (!*skip || *skip < data_len(p))
			return p;
		*skip -= data_len(p);
	}
	return NULL;
}

static struct packet *wait_for_one(struct inet *i, int flags, size_t *skip, int *err)
{
	struct packet *p;
	ns_t deadline = socket_deadline(i->s.recv_timeout);

	inet_enter(i);
	while (!(*err = socket_error(&i->s))) {
		if ((p = first_behind(i, flags, skip)))
			return p;
		if (i->shut & SHUT_READ) {
			*err = flags & MSG_DONTWAIT ? -EAGAIN : 0;
			break;
		}
		inet_leave(i);
		*err = inet_wait(&i->read_q, flags, deadline);
		inet_enter(i);
		if (*err)
			break;
	}
	inet_leave(i);
	return NULL;
}

long udp_recv(struct socket *s, struct socket_msg *m, int flags)
{
	struct inet *i = inet_of(s);
	size_t skip;
	int err;

	if (flags & MSG_ERRQUEUE)
		return inet_errors ? inet_errors->take(i, m) : -EAGAIN;
	struct packet *p = wait_for_one(i, flags, &skip, &err);
	if (!p)
		return err;
	size_t all = data_len(p), left = all - skip, n = min(left, m->total);
	m->name_len = address_tell(i, (const struct hs_address *)p->data, m->name);
	m->source_family = p->to.family;
	memcpy(m->source, p->to.ip, 16);
	m->ttl = p->ttl;
	m->tos = p->tos;
	m->interface = p->interface;
	m->time = p->time ? p->time : now_realtime();
	bool lost = iov_scatter(m->v, 0, p->data + sizeof(struct hs_address) + skip, n) < n;	/* may sleep */
	m->flags = n < all && m->total <= left ? MSG_TRUNC : 0;
	long r = lost ? -EFAULT : (long)(flags & MSG_TRUNC ? all : n);
	if (!lost)
		peek_moved(s, flags, r);
	if (!(flags & MSG_PEEK)) {
		list_remove(&p->link);
		i->queued -= p->cost;
		kfree(p);
	}
	inet_leave(i);
	return r;
}
