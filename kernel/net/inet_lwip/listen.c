/* Connections that come in. lwIP has one listener for each port; which socket a connection is for, its addresses decide. */
#include "lwip.h"

struct listener {
	struct list link;
	struct tcp_pcb *pcb;
	u32 users;
	u16 port;
};

static struct list listeners = LIST_INIT(listeners);
static u32 half_open;		/* all of them together */

#define HALF_OPEN_MAX	4096	/* net.ipv4.tcp_max_syn_backlog, and more is a flood */

static void came(u8_t id, void *data)
{
	(void)id;
	(void)data;
	half_open--;
}
static const struct tcp_ext_arg_callbacks half = { came, NULL };

static err_t coming(u8_t id, struct tcp_pcb_listen *l, struct tcp_pcb *pcb)
{
	(void)id;
	(void)l;
	half_open++;
	tcp_ext_arg_set_callbacks(pcb, 0, &half);
	return ERR_OK;
}
static const struct tcp_ext_arg_callbacks listening = { NULL, coming };

static struct inet *socket_for(const ip_addr_t *to, u16 port, const ip_addr_t *from, u16 from_port)
{
	struct hs_address at, peer;

	address_from(&at, to, port);
	address_from(&peer, from, from_port);
	return port_find(&at, IPPROTO_TCP, &peer);
}

/* Of each packet to a port that lwIP listens at. One that finds the queue full is lost, and comes again. */
err_t lwip_syn_allowed(const struct tcp_pcb *l, const struct tcp_hdr *h, const struct pbuf *p)
{
	u8 flags = TCPH_FLAGS(h);

	if (flags & TCP_RST || flags & TCP_ACK || !(flags & TCP_SYN))
		return ERR_OK;
	struct inet *i = socket_for(ip_current_dest_addr(), l->local_port, ip_current_src_addr(), h->src);
	if (!i) {
		tcp_rst(l, 0, h->seqno + p->tot_len + 1, ip_current_dest_addr(), ip_current_src_addr(), h->dest, h->src);
		return ERR_VAL;
	}
	return i->accepted_count > i->backlog || half_open >= HALF_OPEN_MAX ? ERR_VAL : ERR_OK;
}

static err_t accepted(void *arg, struct tcp_pcb *pcb, err_t e)
{
	struct hs_address at, peer;

	(void)arg;
	if (e || !pcb)
		return ERR_VAL;
	struct inet *i = socket_for(&pcb->local_ip, pcb->local_port, &pcb->remote_ip, pcb->remote_port);
	if (!i || i->state != LISTENING)
		return ERR_VAL;		/* it was closed meanwhile */
	address_from(&at, &pcb->local_ip, pcb->local_port);
	address_from(&peer, &pcb->remote_ip, pcb->remote_port);
	struct inet *child = inet_child(i, &at, &peer);
	if (!child)
		return ERR_MEM;
	struct conn *c = conn_new(child);
	if (!c) {
		list_remove(&child->accepted);
		i->accepted_count--;
		child->state = CLOSED;
		inet_free(child);
		return ERR_MEM;
	}
	half_open--;
	child->way = &lwip_way;
	conn_attach(c, pcb);
	conn_window(c);
	return ERR_OK;
}

static struct listener *find(u16 port)
{
	struct listener *l;

	list_each(l, &listeners, link)
		if (l->port == port)
			return l;
	return NULL;
}

static struct listener *begin(u16 port)
{
	struct listener *l = kzalloc(sizeof(*l));
	struct tcp_pcb *pcb = tcp_new_ip_type(IPADDR_TYPE_ANY), *lpcb = NULL;

	if (l && pcb) {
		ip_set_option(pcb, SOF_REUSEADDR);
		if (!tcp_bind(pcb, IP_ANY_TYPE, port))
			lpcb = tcp_listen(pcb);
	}
	if (!lpcb) {
		kfree(l);
		if (pcb)
			tcp_abort(pcb);
		return NULL;
	}
	l->port = port;
	l->pcb = lpcb;
	tcp_accept(lpcb, accepted);
	tcp_ext_arg_set_callbacks(lpcb, 0, &listening);
	list_append(&listeners, &l->link);
	return l;
}

int lwip_listen(struct inet *i)
{
	struct conn *c = conn_of(i);
	u16 port = port_number(&i->port.at);

	if (c->listener)	/* again: the backlog is the socket's */
		return 0;
	struct listener *l = find(port);
	if (!l && !(l = begin(port)))
		return -ENOBUFS;
	l->users++;
	c->listener = l;
	return 0;
}

void listener_leave(struct conn *c)
{
	struct listener *l = c->listener;

	c->listener = NULL;
	if (!l || --l->users)
		return;
	tcp_close(l->pcb);
	list_remove(&l->link);
	kfree(l);
}
