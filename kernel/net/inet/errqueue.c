/* The error queue (ip(7), IP_RECVERR): datagrams that were refused, as ICMP quotes or would quote them, and why.
 * Programs that set no options do not have it: nobody asks for it there. */
#include "inet.h"
#include "option.h"

#define MSG_ERRQUEUE	0x2000
#define IP_RECVERR	11
#define IPV6_RECVERR	25
#define QUOTED4		520	/* bytes of data in an ICMP message: 576 in all, RFC 1812, 4.3.2.3 */
#define QUOTED6		1184	/* 1280 in all, RFC 4443, 2.4 */
#define COST		768	/* as in dgram.c */

/* linux/errqueue.h */
struct extended_error {
	u32 error;
	u8 origin, type, code, pad;
	u32 info, data;
};
#define ORIGIN_ICMP	2
#define ORIGIN_ICMP6	3

static bool queue(struct inet *i, struct packet *p, int error)
{
	bool six = p->to.family == AF_INET6;

	if (!option_of(i, six ? KNOW_ERRORS6 : KNOW_ERRORS))
		return false;
	if (!p->h.op) {		/* within the guest: nobody has the port */
		p->h.op = six ? 1 : 3;
		p->h.flags = six ? 4 : 3;
		*(struct hs_address *)p->data = p->to;
	}
	p->len = min(p->len, (u32)sizeof(struct hs_address) + (six ? QUOTED6 : QUOTED4));
	p->cost = COST + align_up(p->len, 512U);
	p->h.error = error;
	i->s.error = error;
	if (i->queued + p->cost <= i->s.recv_room) {
		i->queued += p->cost;
		list_append(&i->errors, &p->link);
	} else {
		kfree(p);
	}
	inet_wake(i);
	return true;
}

/* recvmsg(2) with MSG_ERRQUEUE. */
static long take(struct inet *i, struct socket_msg *m)
{
	if (list_empty(&i->errors))
		return -EAGAIN;
	struct packet *p = list_first(&i->errors, struct packet, link);
	size_t all = p->len - sizeof(struct hs_address), n = min(all, m->total);

	list_remove(&p->link);
	i->queued -= p->cost;
	m->name_len = address_tell(i, &p->to, m->name);
	m->flags = MSG_ERRQUEUE | (n < all ? MSG_TRUNC : 0);
	m->refused = p->h.error;
	m->ttl = p->h.op;
	m->tos = p->h.flags;
	m->time = p->h.request;
	const struct hs_address *by = (const struct hs_address *)p->data;
	m->source_family = by->family;
	memcpy(m->source, by->ip, 16);
	i->s.error = list_empty(&i->errors) ? 0 : list_first(&i->errors, struct packet, link)->h.error;
	bool lost = iov_scatter(m->v, 0, p->data + sizeof(struct hs_address), n) < n;	/* may sleep */
	kfree(p);
	return lost ? -EFAULT : (long)n;
}

const struct inet_errors inet_error_queue = { queue, take };

void inet_error_put(const struct inet *i, struct socket_msg *m)
{
	bool six = m->source_family == AF_INET6;
	struct hs_address from = { .family = m->source_family };
	struct { struct extended_error e; u8 name[sizeof(struct sockaddr_in6)]; } all = {
		.e = { .error = m->refused, .origin = six ? ORIGIN_ICMP6 : ORIGIN_ICMP, .type = m->ttl, .code = m->tos,
			.info = m->time },
	};

	memcpy(from.ip, m->source, 16);
	size_t n = sizeof(all.e) + address_tell(i, &from, all.name);
	if (i->s.domain == AF_INET)
		socket_control_put(m, SOL_IP, IP_RECVERR, &all, n);
	else
		socket_control_put(m, SOL_IPV6, IPV6_RECVERR, &all, n);
}
