/* What sockets ask of their way out. */
#include "inet_lwip.h"
#include "lwip.h"

#define FLUSH_NS	5000000000UL	/* without anything acknowledged */

static int lwip_open(struct inet *i)
{
	if (!conn_new(i))
		return -ENOBUFS;
	int err = is_stream(i) ? 0 : datagram_open(i);
	if (err)
		lwip_way.leave(i, true);
	return err;
}

/* Ports are the guest's own: the one that it chose. */
static int lwip_bind(struct inet *i, struct hs_address *a)
{
	memcpy(a->port, i->port.at.port, 2);
	return 0;
}

static int lwip_connect(struct inet *i)
{
	return is_stream(i) ? lwip_connect_stream(i) : datagram_port(i);
}

static void lwip_leave(struct inet *i, bool abort)
{
	struct conn *c = conn_of(i);
	u32 seconds = i->s.linger >> 32;

	if (!c)
		return;
	i->card = NULL;
	i->number = 0;
	list_remove(&i->starved);
	c->i = NULL;
	if (c->listener)
		listener_leave(c);
	if (c->udp)
		udp_remove(c->udp);
	if (!c->pcb) {
		conn_free(c);
		return;
	}
	tcp_err(c->pcb, NULL);
	c->held = true;
	lwip_close(c, abort);
	card->kick();
	if (!abort && (u32)i->s.linger && seconds && i->state == ESTABLISHED)
		lwip_linger(c, now_monotonic() + seconds * 1000000000UL);
	c->held = false;
	conn_free(c);
}

static void lwip_flush(void) { card->kick(); }
static void nothing(struct inet *i) {}

const struct inet_way lwip_way = {
	.room = lwip_room, .push = lwip_push, .taken = lwip_taken, .finish = lwip_finish, .leave = lwip_leave, .flush = lwip_flush,
	.open = lwip_open, .bind = lwip_bind, .listen = lwip_listen, .connect = lwip_connect, .datagram = lwip_datagram,
	.option = lwip_option, .ask_option = lwip_ask_option, .undo_connect = nothing, .accepted = nothing, .group = lwip_group,
};

/* Bytes that a connection's peer lacks, and the end. */
static u32 owed(const struct conn *c)
{
	struct packet *p;
	u32 n = 0;

	if (!c->pcb || c->pcb->state == SYN_SENT)
		return 0;
	list_each(p, &c->out, link)
		n += p->len;
	return n + (c->pcb->unsent || c->pcb->unacked ? 1 + c->pcb->snd_lbb - c->pcb->lastack : 0);
}

void inet_lwip_flush(void)
{
	struct conn *c;
	u64 left = 0, before = 0;
	ns_t limit = 0;

	if (!card_netif.input)
		return;
	for (struct list *next, *l = connections.next; l != &connections; l = next) {
		c = container_of(l, struct conn, all);
		next = l->next;
		c->fin = true;
		conn_pump(c);
	}
	do {
		timers_run();
		left = 0;
		list_each(c, &connections, all)
			left += owed(c);
		if (left != before)
			limit = now_monotonic() + FLUSH_NS;
		before = left;
	} while (left && now_monotonic() < limit);
}
IMPLEMENT(inet_lwip_flush);
