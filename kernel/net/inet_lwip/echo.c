/* Echo sockets (../inet/ping.c), whose requests go out and whose answers come in. */
#include "lwip.h"

#define CHECKSUM_AT	2	/* RFC 792 and 4443 */

/* Q holds the data of P. */
err_t echo_send(struct packet *p, struct pbuf *q, const ip_addr_t *to, const ip_addr_t *source)
{
	bool six = IP_IS_V6(to);
	struct raw_pcb *r = icmp_pcbs[six];
	u8 *data = p->data + sizeof(struct hs_address);
	u32 len = p->len - sizeof(struct hs_address);

	if (!r)
		return ERR_MEM;
	memset(data + CHECKSUM_AT, 0, 2);
	if (!six) {		/* that of IPv6, with the pseudo header, lwIP makes */
		u16 sum = ~card_checksum(data, len);
		memcpy(data + CHECKSUM_AT, &sum, 2);
	}
	r->ttl = p->ttl;
	r->tos = p->tos;
	return raw_sendto_if_src(r, q, to, &card_netif, source);
}

/* RFC 1071: with the sum itself nothing but ones. */
static bool is_sound(const u8 *data, u32 n, const struct hs_address *from, const struct hs_address *to)
{
	u32 sum = card_checksum(data, n);

	if (from->family == AF_INET6) {	/* the pseudo header, RFC 8200, 8.1 */
		sum += card_checksum(from->ip, 16) + card_checksum(to->ip, 16);
		sum += lwip_htons(n >> 16) + lwip_htons(n) + lwip_htons(IPPROTO_ICMPV6);
	}
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16) == 0xffff;
}

/* An answer is P behind HEAD bytes. ID is what its request had. */
void echo_arrived(const struct pbuf *p, u32 head, const u8 *id)
{
	bool six = ip_current_is_v6();
	struct hs_address to, from;
	u32 n = p->tot_len - head;

	address_from(&to, ip_current_dest_addr(), id[0] << 8 | id[1]);
	address_from(&from, ip_current_src_addr(), 0);
	struct inet *i = port_find(&to, six ? IPPROTO_ICMPV6 : IPPROTO_ICMP, &from);
	struct packet *d = i ? inet_packet(sizeof(from) + n) : NULL;
	if (!d)
		return;
	u8 *data = d->data + sizeof(from);
	memcpy(d->data, &from, sizeof(from));
	pbuf_copy_partial(p, data, n, head);
	if (!is_sound(data, n, &from, &to)) {
		kfree(d);
		return;
	}
	d->to = to;
	datagram_header(d);
	udp_deliver(i, d);
}
