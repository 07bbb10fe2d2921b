/* Echo sockets: SOCK_DGRAM of IPPROTO_ICMP and ICMPV6 (icmp(7)). Everybody may have them, as with a ping_group_range of all.
 * Their port is the identifier of the echo; what is for the guest itself is answered here. */
#include "inet.h"

struct echo {
	u8 type, code, sum[2], id[2], sequence[2];
};
_Static_assert(sizeof(struct echo) == PING_LEAST, "RFC 792 and 4443");

/* Requests, their answers, and probes (RFC 8335), which nobody here answers. */
static const u8 types[2][3] = { { 8, 0, 42 }, { 128, 129, 160 } };

static const u8 *types_of(const struct inet *i) { return types[i->port.protocol == IPPROTO_ICMPV6]; }

static struct echo *echo_of(struct packet *p) { return (struct echo *)(p->data + sizeof(struct hs_address)); }

static u32 add(u32 sum, const u8 *b, u32 n)
{
	for (u32 k = 0; k < n; k++)
		sum += k & 1 ? b[k] : b[k] << 8;
	return sum;
}

static void put_sum(struct echo *e, u32 sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	e->sum[0] = ~sum >> 8;
	e->sum[1] = ~sum;
}

static void put_id(struct echo *e, const struct inet *i)
{
	memcpy(e->id, i->port.at.port, 2);
}

int ping_request(struct inet *i, struct packet *p)
{
	struct echo *e = echo_of(p);

	if (e->code || (e->type != types_of(i)[0] && e->type != types_of(i)[2]))
		return -EINVAL;
	put_id(e, i);
	return 0;
}

/* RFC 1122, 3.2.2.6: one to a group goes unanswered, as on Linux. */
void ping_answer(struct inet *i, struct packet *p)
{
	struct hs_address *from = (struct hs_address *)p->data, me = *from;
	u32 n = p->len - sizeof(*from);
	struct echo *e = echo_of(p);

	if (e->type == types_of(i)[2] || address_group(&p->to)) {
		kfree(p);
		return;
	}
	*from = p->to;
	port_set(from, 0);
	p->to = me;
	p->ttl = 64;
	e->type = types_of(i)[1];
	memset(e->sum, 0, sizeof(e->sum));
	u32 sum = add(0, (const u8 *)e, n);
	if (i->port.protocol == IPPROTO_ICMPV6)	/* and the pseudo header, RFC 8200, 8.1 */
		sum += add(add(n + IPPROTO_ICMPV6, from->ip, 16), me.ip, 16);
	put_sum(e, sum);
	udp_deliver(i, p);
}

/* The socket outside has an identifier of its own: the sum is that of the packet with ours (RFC 1624, equation 3). */
bool ping_arrived(struct inet *i, struct packet *p)
{
	struct echo *e = echo_of(p);

	if (p->len < sizeof(struct hs_address) + sizeof(*e))
		return false;
	u32 sum = (u16)~add(0, e->sum, 2) + (u16)~add(0, e->id, 2);
	put_id(e, i);
	put_sum(e, add(sum, e->id, 2));
	return true;
}
