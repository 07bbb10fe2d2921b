/* Errors that ICMP tells (RFC 792, RFC 4443) reach the sockets that they are about. */
#include "lwip.h"

#define UNREACHABLE4	3
#define ECHO_REPLY4	0
#define ECHO_REPLY6	129
#define UNREACHABLE6	1

struct raw_pcb *icmp_pcbs[2];

/* Linux's icmp_err_convert and icmpv6_err_convert. */
static int error_for(bool six, u8 code)
{
	static const u8 four[] = { ENETUNREACH, 113, 92, ECONNREFUSED };
	static const u8 other[] = { ENETUNREACH, EACCES, 113, 113, ECONNREFUSED };

	if (six)
		return code < sizeof(other) ? other[code] : EPROTO;
	return code < sizeof(four) ? four[code] : 113;	/* EHOSTUNREACH */
}

/* H: the packet that was refused, from its IP header on, of which N bytes are here. */
static void refused(const u8 *h, u32 n, bool six, int error)
{
	struct hs_address at = { .family = six ? AF_INET6 : AF_INET }, peer = at;
	u32 head = six ? 40 : (h[0] & 15) * 4, size = six ? 16 : 4;
	struct conn *c;

	if (n < head + 4 || head < 20)
		return;
	u8 protocol = six ? h[6] : h[9];
	memcpy(at.ip, h + (six ? 8 : 12), size);
	memcpy(peer.ip, h + (six ? 24 : 16), size);
	memcpy(at.port, h + head, 2);
	memcpy(peer.port, h + head + 2, 2);
	if (protocol == IP_PROTO_UDP) {
		struct inet *i = port_find(&at, IPPROTO_UDP, &peer);
		if (i && i->state == ESTABLISHED && same_address(&i->peer, &peer)) {
			i->s.error = error;
			inet_wake(i);
		}
		return;
	}
	if (protocol != IP_PROTO_TCP)
		return;
	/* RFC 5461: it ends what is not established yet */
	list_each(c, &connections, all)
		if (c->i && c->pcb && c->i->state == CONNECTING && same_address(&c->i->peer, &peer) && !memcmp(c->i->port.at.port, at.port, 2)) {
			struct inet *i = c->i;
			inet_over(i, error);
			return;
		}
}

static u8_t came(void *arg, struct raw_pcb *pcb, struct pbuf *p, const ip_addr_t *from)
{
	u8 h[40 + 8 + 40 + 8];
	bool six = ip_current_is_v6();
	u32 head = six ? ip_current_header_tot_len() : 0;

	(void)arg;
	(void)pcb;
	(void)from;
	if (!six)	/* IPv4's header is there */
		head = IPH_HL_BYTES((const struct ip_hdr *)p->payload);
	u32 n = pbuf_copy_partial(p, h, sizeof(h), head);
	if (n >= 8 + 20 && h[0] == (six ? UNREACHABLE6 : UNREACHABLE4))
		refused(h + 8, n - 8, six, error_for(six, h[1]));
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
