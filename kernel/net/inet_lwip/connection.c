/* Sockets and what lwIP has for them. */
#include "lwip.h"

struct list connections = LIST_INIT(connections);
u32 connection_count;
unsigned int lwip_window = 2 * 1024 * 1024;

void address_to(ip_addr_t *out, const struct hs_address *a)
{
	memset(out, 0, sizeof(*out));
	IP_SET_TYPE_VAL(*out, a->family == AF_INET ? IPADDR_TYPE_V4 : IPADDR_TYPE_V6);
	memcpy(out, a->ip, a->family == AF_INET ? 4 : 16);	/* of both it is what comes first */
}

void address_from(struct hs_address *out, const ip_addr_t *a, u16 port)
{
	bool four = IP_IS_V4(a);

	*out = (struct hs_address){ .family = four ? AF_INET : AF_INET6 };
	port_set(out, port);
	memcpy(out->ip, a, four ? 4 : 16);
}

int error_of(err_t e)
{
	switch (e) {
	case ERR_OK:	return 0;
	case ERR_MEM:	return -ENOBUFS;
	case ERR_RTE:	return -ENETUNREACH;
	case ERR_USE:	return -EADDRNOTAVAIL;	/* such a connection exists, or has just ended */
	case ERR_ISCONN:return -EISCONN;
	default:	return -EINVAL;
	}
}

struct conn *conn_new(struct inet *i)
{
	struct conn *c = kzalloc(sizeof(*c));

	if (!c)
		return NULL;
	c->i = i;
	list_init(&c->out);
	waitq_init(&c->closing);
	list_append(&connections, &c->all);
	connection_count++;
	i->card = c;
	i->number = 1;
	i->sent = i->peer_taken = i->taken = i->told = 0;
	return c;
}

static void drop_out(struct conn *c)
{
	while (!list_empty(&c->out)) {
		struct packet *p = list_first(&c->out, struct packet, link);
		list_remove(&p->link);
		if (!--p->cost)
			kfree(p);
	}
}

void conn_free(struct conn *c)
{
	if (c->i || c->pcb || c->held)
		return;
	drop_out(c);
	list_remove(&c->all);
	connection_count--;
	kfree(c);
}

/* lwIP frees the connection: it ended, in whatever way. Not called for errors alone. */
static void gone(u8_t id, void *data)
{
	struct conn *c = data;

	(void)id;
	if (!c)
		return;
	c->pcb = NULL;
	wake_all(&c->closing);
	conn_free(c);
}
static const struct tcp_ext_arg_callbacks ext = { gone, NULL };

/* Why, before it is gone. */
static void failed(void *arg, err_t e)
{
	struct conn *c = arg;

	if (!c || !c->i)
		return;
	if (e == ERR_RST)
		inet_reset(c->i);
	else if (e == ERR_ABRT)
		inet_over(c->i, ETIMEDOUT);
}

/* LEN bytes were acknowledged. As on Linux a writer hears of room once a third of all is free. */
static err_t acknowledged(void *arg, struct tcp_pcb *pcb, u16_t len)
{
	struct conn *c = arg;

	(void)pcb;
	if (!c)
		return ERR_OK;
	conn_pump(c);
	struct inet *i = c->i;
	if (!i) {
		wake_all(&c->closing);
		return ERR_OK;
	}
	i->peer_taken += len;
	if (i->full && lwip_room(i) >= send_limit(i) / 3) {
		i->full = false;
		wake_all_for(&i->write_q, POLL_WRITE);
	}
	return ERR_OK;
}

void conn_attach(struct conn *c, struct tcp_pcb *pcb)
{
	c->pcb = pcb;
	tcp_arg(pcb, c);
	lwip_tcp_recv(pcb, stream_received);
	tcp_sent(pcb, acknowledged);
	tcp_err(pcb, failed);
	tcp_ext_arg_set_callbacks(pcb, 0, &ext);
	tcp_ext_arg_set(pcb, 0, c);
	ip_set_option(pcb, SOF_REUSEADDR);
	if (c->i && inet_tell_options)
		inet_tell_options(c->i);
}

/* The receive window of one that is established: all of them together must not fill the memory. */
void conn_window(struct conn *c)
{
	u32 most = lwip_window, wanted = c->i->s.recv_room;

	if (wanted && wanted != TCP_RECV_ROOM)
		most = max(wanted, 4096U);
	if ((u64)connection_count * lwip_window > mem_total_pages * PAGE_SIZE / 4)
		most = min(most, 65535U);
	if (c->pcb->rcv_wnd > most)
		c->pcb->rcv_wnd = c->pcb->rcv_ann_wnd = most;
}

/* --- what goes out --- */

static struct packet *writing;	/* by the call of tcp_write() that is under way */

struct data_pbuf {
	struct pbuf_custom c;
	struct packet *packet;
};

static void free_data(struct pbuf *q)
{
	struct packet *p = ((struct data_pbuf *)q)->packet;

	if (!--p->cost)
		kfree(p);
	kfree(q);
}

struct pbuf *lwip_data_pbuf(u16_t len)
{
	struct data_pbuf *d = kmalloc(sizeof(*d));

	if (!d)
		return NULL;
	d->c.custom_free_function = free_data;
	d->packet = writing;
	writing->cost++;
	return pbuf_alloced_custom(PBUF_RAW, len, PBUF_ROM, &d->c, writing->data, len);
}

/* Whole segments of the network's size, where the card cuts them. */
u16_t lwip_segment_max(const struct tcp_pcb *pcb)
{
	bool cuts = IP_IS_V4_VAL(pcb->remote_ip) ? card->cuts4 : card->cuts6;
	u32 most = min(TCPWND_MIN16(pcb->snd_wnd_max / 2), (tcpwnd_size_t)(65535 - 60 - 60));

	if (most < pcb->mss)	/* no more than half of the largest window there ever was */
		return most ? most : pcb->mss;
	return cuts ? most - most % pcb->mss : pcb->mss;
}

/* RFC 5681 lets one segment out in any case. After a loss the window may be shorter than that of ours. */
u32_t lwip_congestion_window(const struct tcp_pcb *pcb)
{
	const struct tcp_seg *s = pcb->unsent;

	if (!s || TCP_SEQ_GT(lwip_ntohl(s->tcphdr->seqno), pcb->lastack))
		return pcb->cwnd;
	return max(pcb->cwnd, (tcpwnd_size_t)(lwip_ntohl(s->tcphdr->seqno) - pcb->lastack + s->len));
}

/* How much of N bytes lwIP may have now: what the windows allow, in whole segments, so that none need be split. 0: the
 * next acknowledgement will tell. */
static u32 allowed(const struct conn *c, u32 n)
{
	const struct tcp_pcb *pcb = c->pcb;
	u32 window = min(pcb->snd_wnd, pcb->cwnd), flying = pcb->snd_lbb - pcb->lastack;
	u32 space = window > flying ? window - flying : 0;

	if (pcb->snd_queuelen > 0x8000)
		return 0;
	if (space >= n)
		return n;
	space -= space % pcb->mss;
	if (space || flying)
		return space;
	return min(n, window ? min(window, (u32)pcb->mss) : pcb->mss);	/* lwIP asks whether the window has opened */
}

static void end(struct conn *c)
{
	if (c->fin && c->pcb->state >= SYN_RCVD && tcp_shutdown(c->pcb, 0, 1) == ERR_OK)
		c->fin = false;
}

void conn_pump(struct conn *c)
{
	struct tcp_pcb *pcb = c->pcb;

	if (!pcb || pcb->state == SYN_SENT || pcb->state == TIME_WAIT)
		return;
	while (!list_empty(&c->out)) {
		struct packet *p = list_first(&c->out, struct packet, link);
		bool last = p->link.next == &c->out;
		if (c->cork && !c->fin && last && p->len < pcb->mss)
			break;
		u32 n = allowed(c, min(p->len, 0xf000U));
		if (!n)
			break;
		writing = p;
		if (tcp_write(pcb, p->data + p->start, n, last && n == p->len ? 0 : TCP_WRITE_FLAG_MORE))
			break;		/* memory is out: the next acknowledgement or a timer */
		p->start += n;
		p->len -= n;
		if (p->len)
			continue;
		list_remove(&p->link);
		if (!--p->cost)
			kfree(p);
	}
	if (list_empty(&c->out))
		end(c);
	tcp_output(pcb);
}
