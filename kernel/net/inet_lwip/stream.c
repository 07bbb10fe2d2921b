/* Connections of TCP, as sockets see them. */
#include "lwip.h"

#define SEND_LIMIT	(1024 * 1024)	/* unless SO_SNDBUF says another one */

u32 send_limit(const struct inet *i)
{
	bool chosen = i->s.send_room != TCP_SEND_ROOM && i->s.send_room != TCP_SEND_GROWN;
	u32 most = chosen ? i->s.send_room : SEND_LIMIT;

	if ((u64)connection_count * SEND_LIMIT > mem_total_pages * PAGE_SIZE / 4)
		most = min(most, 65536U);
	return most;
}

u32 lwip_room(struct inet *i)
{
	u32 used = i->sent - i->peer_taken, limit = send_limit(i);

	return used < limit ? limit - used : 0;
}

void lwip_push(struct inet *i, struct packet *p)
{
	struct conn *c = conn_of(i);

	i->sent += p->len;
	if (!c->pcb) {		/* reset meanwhile */
		kfree(p);
		return;
	}
	p->cost = 1;
	p->start = 0;
	list_append(&c->out, &p->link);
	conn_pump(c);
	card->kick();
}

/* lwIP tells the peer of the room that reading made, once it is worth a packet. */
void lwip_taken(struct inet *i)
{
	struct conn *c = conn_of(i);
	u32 n = i->taken - i->told;

	if (!c || !c->pcb || (n < c->pcb->mss && !list_empty(&i->queue)))
		return;
	i->told = i->taken;
	for (; n; n -= min(n, 0xffffU))
		tcp_recved(c->pcb, min(n, 0xffffU));
	card->kick();
}

void lwip_finish(struct inet *i)
{
	struct conn *c = conn_of(i);

	if (!c || !c->pcb)
		return;
	c->fin = true;
	conn_pump(c);
	card->kick();
}

/* Q's data becomes packets of the reader's queue: the buffer itself, or a copy where it would waste the buffer. */
static void queue(struct inet *i, struct pbuf *all)
{
	struct list kept = LIST_INIT(kept);

	for (struct pbuf *next, *q = all; q; q = next) {
		struct packet *p = packet_of(q);
		u32 n = q->len;
		next = q->next;
		if (!n)
			continue;
		if (p && n > p->room / 4) {
			p->start = (u8 *)q->payload - p->data;
			p->len = n;
			packet_keep(q);
		} else if ((p = inet_packet(n))) {
			memcpy(p->data, q->payload, n);
		} else {
			i->s.error = ENOBUFS;
			continue;
		}
		list_append(&kept, &p->link);
	}
	pbuf_free(all);
	while (!list_empty(&kept)) {
		struct packet *p = list_first(&kept, struct packet, link);
		list_remove(&p->link);
		p->cost = 0;
		inet_queue(i, p);
	}
}

err_t stream_received(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t e)
{
	struct conn *c = arg;
	struct inet *i = c ? c->i : NULL;

	(void)e;
	if (!p) {
		if (i)
			inet_ended(i);
		return ERR_OK;
	}
	if (!i || i->shut & SHUT_READ) {
		tcp_recved(pcb, p->tot_len);
		pbuf_free(p);
		return ERR_OK;
	}
	queue(i, p);
	return ERR_OK;
}

static err_t connected(void *arg, struct tcp_pcb *pcb, err_t e)
{
	struct conn *c = arg;

	(void)e;
	(void)pcb;
	if (!c || !c->i || c->i->state != CONNECTING)
		return ERR_OK;
	c->i->state = ESTABLISHED;
	conn_window(c);
	inet_wake(c->i);
	return ERR_OK;
}

int lwip_connect_stream(struct inet *i)
{
	struct conn *c = conn_of(i);
	ip_addr_t from, to;

	struct hs_address peer = i->peer;
	resolver_stands_for(&peer);
	address_to(&to, &peer);
	address_to(&from, &i->port.at);
	struct tcp_pcb *pcb = tcp_new_ip_type(IP_GET_TYPE(&to));
	if (!pcb)
		return -ENOBUFS;
	conn_attach(c, pcb);
	err_t e = tcp_bind(pcb, &from, port_number(&i->port.at));
	if (!e)
		e = tcp_connect(pcb, &to, port_number(&i->peer), connected);
	if (e) {
		tcp_abort(pcb);
		return error_of(e);
	}
	i->way = &lwip_way;
	i->state = CONNECTING;
	card->kick();
	return 0;
}

/* SO_LINGER: until the peer has everything, and the end. */
void lwip_linger(struct conn *c, ns_t deadline)
{
	while (c->pcb && c->pcb->state < FIN_WAIT_2 && !wait_on(&c->closing, deadline, true)) {
	}
}

/* The program has closed it. What it sent goes out, behind it the end; data for it is refused. */
void lwip_close(struct conn *c, bool abort)
{
	struct tcp_pcb *pcb = c->pcb;

	if (abort || pcb->state == SYN_SENT) {
		tcp_abort(pcb);
		return;
	}
	tcp_set_flags(pcb, TF_RXCLOSED);
	c->fin = true;
	conn_pump(c);
}
