/* Errors that ICMP tells (RFC 792, RFC 4443) reach the sockets that they are about. */
#include "lwip.h"

#define ECHO_REPLY4	0
#define ECHO_REPLY6	129
#define HEAD		8	/* bytes of an ICMP message before what it quotes */

struct raw_pcb *icmp_pcbs[2];

/* What an ICMP message means for who sent the packet that it quotes. Those of UDP hear of a hard error though they did not ask. */
struct verdict {
	u8 error;
	bool hard;
};

#define EHOSTDOWN	112
#define EHOSTUNREACH	113
#define EMSGSIZE	90
#define ENONET		64

/* Linux's icmp_err_convert, and what udp.c makes of the other types. */
static struct verdict verdict4(u8 type, u8 code)
{
	static const struct verdict codes[] = {
		{ ENETUNREACH }, { EHOSTUNREACH }, { ENOPROTOOPT, true }, { ECONNREFUSED, true }, { EMSGSIZE, true }, { EOPNOTSUPP },
		{ ENETUNREACH, true }, { EHOSTDOWN, true }, { ENONET, true }, { ENETUNREACH, true }, { EHOSTUNREACH, true }, { ENETUNREACH },
		{ EHOSTUNREACH }, { EHOSTUNREACH, true }, { EHOSTUNREACH, true }, { EHOSTUNREACH, true },
	};

	switch (type) {
	case 3:		return code < array_len(codes) ? codes[code] : (struct verdict){ EHOSTUNREACH };
	case 11:	return (struct verdict){ EHOSTUNREACH };	/* time exceeded */
	case 12:	return (struct verdict){ EPROTO, true };	/* a parameter problem */
	}
	return (struct verdict){ 0 };
}

/* icmpv6_err_convert(). */
static struct verdict verdict6(u8 type, u8 code)
{
	static const struct verdict codes[] = {
		{ ENETUNREACH }, { EACCES, true }, { EHOSTUNREACH }, { EHOSTUNREACH }, { ECONNREFUSED, true }, { EACCES, true }, { EACCES, true },
	};

	switch (type) {
	case 1:		return code < array_len(codes) ? codes[code] : (struct verdict){ EPROTO, true };
	case 2:		return (struct verdict){ EMSGSIZE, true };
	case 3:		return (struct verdict){ EHOSTUNREACH };
	case 4:		return (struct verdict){ EPROTO, true };
	}
	return (struct verdict){ 0 };
}

/* An ICMP error: H is its begin, of which N bytes are here, HEAD with the message's own; P has all of it behind FROM bytes. */
struct refusal {
	const u8 *h;
	u32 n, from;
	const struct pbuf *p;
	bool six;
	struct verdict v;
	const ip_addr_t *by;
};

/* The next hop's MTU of those who say so (RFC 1191, RFC 4443 3.2). */
static u32 information(const struct refusal *r)
{
	if (r->v.error != EMSGSIZE)
		return 0;
	return r->six ? (u32)r->h[4] << 24 | r->h[5] << 16 | r->h[6] << 8 | r->h[7] : r->h[6] << 8 | r->h[7];
}

/* A datagram of I's to PEER comes back, from the byte AT of the message on. */
static void return_datagram(const struct refusal *r, struct inet *i, const struct hs_address *peer, u32 at)
{
	u32 n = r->p->tot_len - r->from - at;
	struct packet *d = inet_packet(sizeof(struct hs_address) + n);

	if (!d)
		return;
	address_from((struct hs_address *)d->data, r->by, 0);
	pbuf_copy_partial(r->p, d->data + sizeof(struct hs_address), n, r->from + at);
	d->to = *peer;
	d->h.op = r->h[0];
	d->h.flags = r->h[1];
	d->h.request = information(r);
	udp_refused(i, d, r->v.error, r->v.hard);
}

/* RFC 5461: it ends what is not established yet. */
static void end_connection(const struct hs_address *at, const struct hs_address *peer, int error)
{
	struct conn *c;

	list_each(c, &connections, all)
		if (c->i && c->pcb && c->i->state == CONNECTING && same_address(&c->i->peer, peer) && !memcmp(c->i->port.at.port, at->port, 2)) {
			inet_over(c->i, error);
			return;
		}
}

static void refused(const struct refusal *r)
{
	const u8 *h = r->h + HEAD;	/* the packet that was refused, from its IP header on */
	struct hs_address at = { .family = r->six ? AF_INET6 : AF_INET }, peer = at;
	u32 head = r->six ? 40 : (h[0] & 15) * 4, size = r->six ? 16 : 4;
	struct inet *i;

	if (head < 20 || r->n < HEAD + head + 8)
		return;
	u8 protocol = r->six ? h[6] : h[9];
	memcpy(at.ip, h + (r->six ? 8 : 12), size);
	memcpy(peer.ip, h + (r->six ? 24 : 16), size);
	if (protocol == (r->six ? IPPROTO_ICMPV6 : IPPROTO_ICMP)) {	/* of an echo socket: its identifier */
		memcpy(at.port, h + head + 4, 2);
		if ((i = port_find(&at, protocol, &peer)))
			return_datagram(r, i, &peer, HEAD + head);
		return;
	}
	memcpy(at.port, h + head, 2);
	memcpy(peer.port, h + head + 2, 2);
	if (protocol == IP_PROTO_TCP)
		end_connection(&at, &peer, r->v.error);
	else if (protocol == IP_PROTO_UDP && (i = port_find(&at, IPPROTO_UDP, &peer)))
		return_datagram(r, i, &peer, HEAD + head + 8);
}

static u8_t came(void *arg, struct raw_pcb *pcb, struct pbuf *p, const ip_addr_t *from)
{
	u8 h[HEAD + 60 + 8];
	bool six = ip_current_is_v6();
	u32 head = six ? ip_current_header_tot_len() : 0;

	(void)arg;
	(void)pcb;
	if (!six)	/* IPv4's header is there */
		head = IPH_HL_BYTES((const struct ip_hdr *)p->payload);
	u32 n = pbuf_copy_partial(p, h, sizeof(h), head);
	struct refusal r = { h, n, head, p, six, six ? verdict6(h[0], h[1]) : verdict4(h[0], h[1]), from };
	if (n >= HEAD && r.v.error)
		refused(&r);
	else if (n >= PING_LEAST && h[0] == (six ? ECHO_REPLY6 : ECHO_REPLY4))
		echo_arrived(p, head, h + 4);
	return 0;	/* lwIP goes on with it */
}

static void hear(u8 type, u8 protocol)
{
	struct raw_pcb *r = raw_new_ip_type(type, protocol);

	if (!r)
		return;
	icmp_pcbs[type == IPADDR_TYPE_V6] = r;
	r->chksum_reqd = 1;	/* RFC 4443, 2.3: of what goes out over IPv6 */
	r->chksum_offset = 2;
	raw_recv(r, came, NULL);
	raw_bind(r, type == IPADDR_TYPE_V4 ? IP4_ADDR_ANY : IP6_ADDR_ANY);
}

void icmp_start(void)
{
	hear(IPADDR_TYPE_V4, IP_PROTO_ICMP);
	hear(IPADDR_TYPE_V6, IP6_NEXTH_ICMP6);
}
