/* Datagrams. */
#include "lwip.h"

void datagram_header(struct packet *d)
{
	if (ip_current_is_v6()) {
		d->ttl = IP6H_HOPLIM(ip6_current_header());
		d->tos = IP6H_TC(ip6_current_header());
	} else {
		d->ttl = IPH_TTL(ip4_current_header());
		d->tos = IPH_TOS(ip4_current_header());
	}
}

static struct packet *copy_of(struct pbuf *p, const struct hs_address *at, const struct hs_address *source)
{
	struct packet *d = inet_packet(sizeof(*source) + p->tot_len);

	if (!d)
		return NULL;
	memcpy(d->data, source, sizeof(*source));
	pbuf_copy_partial(p, d->data + sizeof(*source), p->tot_len, 0);
	d->to = *at;
	datagram_header(d);
	return d;
}

static void to_group(struct pbuf *p, const struct hs_address *at, const struct hs_address *source)
{
	struct packet *d = copy_of(p, at, source);

	if (d)
		inet_to_group(d, IPPROTO_UDP, 2);
	kfree(d);
}

/* Groups are joined as often as sockets do: lwIP counts. */
int lwip_group(const struct hs_address *group, bool join)
{
	ip_addr_t a;
	err_t e;

	address_to(&a, group);
	if (group->family == AF_INET)
		e = join ? igmp_joingroup_netif(&card_netif, ip_2_ip4(&a)) : igmp_leavegroup_netif(&card_netif, ip_2_ip4(&a));
	else
		e = join ? mld6_joingroup_netif(&card_netif, ip_2_ip6(&a)) : mld6_leavegroup_netif(&card_netif, ip_2_ip6(&a));
	card->kick();
	return error_of(e);
}

/* Whose it is, inet/port.c decides: there may be several sockets of a port. The data is copied, as a datagram must be in one
 * piece behind its source. */
static void received(void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from, u16_t port)
{
	struct hs_address at, source;

	(void)arg;
	address_from(&at, ip_current_dest_addr(), pcb->local_port);
	address_from(&source, from, port);
	if (inet_to_group && address_multicast(&at)) {
		to_group(p, &at, &source);
		pbuf_free(p);
		return;
	}
	struct hs_address named = source;
	struct inet *i = resolver_alias(&named) ? port_find(&at, IPPROTO_UDP, &named) : NULL;
	if (i && i->card && conn_of(i)->asked_alias)
		source = named;
	else
		i = port_find(&at, IPPROTO_UDP, &source);
	struct packet *d = i ? copy_of(p, &at, &source) : NULL;
	if (d)
		udp_deliver(i, d);
	pbuf_free(p);
}

int datagram_open(struct inet *i)
{
	struct conn *c = conn_of(i);

	if (is_ping(i))		/* all of them share lwIP's of ICMP */
		return 0;
	if (i->port.protocol != IPPROTO_UDP)
		return -EPROTONOSUPPORT;
	c->udp = udp_new_ip_type(IPADDR_TYPE_ANY);
	if (!c->udp)
		return -ENOBUFS;
	ip_set_option(c->udp, SOF_REUSEADDR);
	ip_set_option(c->udp, SOF_BROADCAST);
	lwip_udp_recv(c->udp, received, NULL);
	return datagram_port(i);
}

/* The port may be another one after a connection has ended. */
int datagram_port(struct inet *i)
{
	struct conn *c = conn_of(i);
	u16 port = port_number(&i->port.at);

	if (is_ping(i))
		return 0;
	return c->udp->local_port == port ? 0 : error_of(udp_bind(c->udp, IP_ANY_TYPE, port));
}

static struct list starved = LIST_INIT(starved);

void datagrams_wake(void)
{
	while (!list_empty(&starved)) {
		struct inet *i = list_first(&starved, struct inet, starved);
		list_remove(&i->starved);
		wake_all_for(&i->write_q, POLL_WRITE);
	}
}

struct sent {
	struct pbuf_custom c;
	struct packet *packet;
};

static void free_sent(struct pbuf *q)
{
	kfree(((struct sent *)q)->packet);
	kfree(q);
}

static int wait_room(struct inet *i, int flags, ns_t deadline)
{
	while (!card->room()) {
		if (list_empty(&i->starved))
			list_append(&starved, &i->starved);
		int err = socket_wait(&i->write_q, flags, deadline);
		if (err)
			return err;
	}
	return 0;
}

/* Long ones go out in fragments, whose checksum no card makes. */
static void choose_checksum(u32 len)
{
	u16 gen = NETIF_CHECKSUM_GEN_UDP;

	if (card->checksums && len + 48 <= card_netif.mtu)
		card_netif.chksum_flags &= ~gen;
	else
		card_netif.chksum_flags |= gen;
}

static err_t send_one(struct udp_pcb *udp, const struct packet *p, struct pbuf *q, const ip_addr_t *to, const ip_addr_t *source)
{
	udp->ttl = p->ttl;
	udp->tos = p->tos;
	choose_checksum(q->tot_len);
	return udp_sendto_if_src(udp, q, to, port_number(&p->to), &card_netif, source);
}

int lwip_datagram(struct inet *i, struct packet *p, int flags, ns_t deadline)
{
	struct conn *c = conn_of(i);
	struct hs_address from = *(struct hs_address *)p->data;
	ip_addr_t to, source;
	u32 len = p->len - sizeof(from);

	int err = wait_room(i, flags, deadline);
	if (err || (err = datagram_port(i)))
		return err;
	struct sent *s = kmalloc(sizeof(*s));
	if (!s)
		return -ENOBUFS;
	s->c.custom_free_function = free_sent;
	s->packet = NULL;	/* P is the caller's, unless this works */
	struct pbuf *q = pbuf_alloced_custom(PBUF_RAW, len, PBUF_REF, &s->c, p->data + sizeof(from), len);
	if (resolver_stands_for(&p->to))
		c->asked_alias = true;
	address_to(&to, &p->to);
	address_to(&source, &from);
	s->packet = p;
	err_t e = is_ping(i) ? echo_send(p, q, &to, &source) : send_one(c->udp, p, q, &to, &source);
	if (e)
		s->packet = NULL;
	pbuf_free(q);
	card->kick();
	return error_of(e);
}
