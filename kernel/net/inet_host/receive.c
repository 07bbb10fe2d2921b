/* Packets of the runner, by the state of the socket they are for. */
#include "host.h"

#define DGRAM_LONGEST	(65536 + (u32)sizeof(struct hs_address))

/* An error number of the device's, or what stands for it. */
static int error_of(const struct hs_header *h, int other)
{
	return h->error > 0 && h->error < 256 ? h->error : other;
}

bool host_address(const struct inet *i, struct hs_address *a)
{
	struct sockaddr_in6 six = { .port = { a->port[0], a->port[1] } };

	if (i->s.domain == AF_INET) {
		memset(a->ip + 4, 0, 12);
		a->scope = 0;
		return a->family == AF_INET;
	}
	if (a->family != AF_INET6)
		return false;
	u32 scope = a->scope;
	memcpy(six.ip, a->ip, 16);
	address_from6(a, &six);
	a->scope = scope;
	return true;
}

void host_address_out(const struct inet *i, struct hs_address *out, const struct hs_address *a)
{
	struct sockaddr_in6 six;

	*out = *a;
	if (i->s.domain == AF_INET)
		return;
	address_tell(i, a, &six);
	out->family = AF_INET6;
	memcpy(out->ip, six.ip, 16);
}

static void give_up(struct inet *i, int error)
{
	host_way.leave(i, true);
	inet_over(i, error);
}

/* The rest of a large buffer is worth more than a copy. */
static bool keep(struct inet *i, struct packet *p)
{
	if (p->len <= p->room / 4) {
		struct packet *small = inet_packet(p->len);
		if (small) {
			memcpy(small->data, p->data, p->len);
			inet_queue(i, small);
			return false;
		}
	}
	inet_queue(i, p);
	return true;
}

static bool receive_data(struct inet *i, struct packet *p)
{
	if (!is_stream(i) || i->way != &host_way || i->state != ESTABLISHED || i->ended || !p->len)
		return false;
	if (i->queued + p->len > i->window) {
		give_up(i, ECONNRESET);		/* it had no credit for this */
		return false;
	}
	if (i->shut & SHUT_READ) {
		i->taken += p->len;
		host_credit(i);
		return false;
	}
	return keep(i, p);
}

/* A datagram, or a part of one. */
static bool receive_datagram(struct inet *i, struct packet *p, bool more)
{
	struct packet *all = i->part;
	u32 n = p->len + (all ? all->len : 0);

	if (is_stream(i) || n < sizeof(struct hs_address) || n > DGRAM_LONGEST)
		return false;
	i->taken += p->len - (all ? 0 : sizeof(struct hs_address));
	if (!all && !(all = inet_packet(more ? DGRAM_LONGEST : n)))
		return false;
	if (!i->part)
		all->len = 0;
	i->part = NULL;
	memcpy(all->data + all->len, p->data, p->len);
	all->len += p->len;
	if (more) {
		i->part = all;
		return false;
	}
	struct hs_address *from = (struct hs_address *)all->data;
	bool good = from->family ? host_address(i, from) : port_number(&i->peer);
	if (good && !from->family)
		*from = i->peer;
	if (is_ping(i))
		good = good && ping_arrived(i, all);
	else
		good = good && (!port_number(&i->peer) || same_address(from, &i->peer));
	if (good) {
		all->to = i->port.at;
		if (address_any(&all->to))
			address_source(&all->to, from);
		all->ttl = 64;	/* the runner does not say */
		udp_deliver(i, all);
	} else {
		kfree(all);
	}
	host_credit(i);
	return false;
}

static void receive_accept(struct inet *listener, const struct packet *p, const struct hs_header *h)
{
	struct hs_accept a;

	if (p->len < sizeof(a))
		return;
	memcpy(&a, p->data, sizeof(a));
	if (a.socket < HS_ACCEPTED || number_find(a.socket))
		return;
	bool good = listener && listener->state == LISTENING && listener->accepted_count <= SOMAXCONN &&
		host_address(listener, &a.local) && host_address(listener, &a.peer);
	struct inet *c = good ? inet_child(listener, &a.local, &a.peer) : NULL;
	if (!c) {
		host_refuse(a.socket);
		return;
	}
	c->way = &host_way;
	host_adopt(c, a.socket);
	c->peer_window = h->window;
	c->peer_taken = h->taken;
}

/* Of connect(2). */
static void receive_connected(struct inet *i, const struct packet *p, const struct hs_header *h)
{
	struct hs_address at;

	i->request = 0;
	if (h->error) {
		inet_over(i, error_of(h, ECONNREFUSED));
		return;
	}
	if (p->len >= sizeof(at)) {
		memcpy(&at, p->data, sizeof(at));
		if (host_address(i, &at) && port_number(&at))
			port_move(i, &at);
	}
	i->state = ESTABLISHED;
	inet_wake(i);
}

static void note_credit(struct inet *i, const struct hs_header *h)
{
	u32 had = i->peer_window - (i->sent - i->peer_taken);

	i->peer_window = h->window;
	i->peer_taken = h->taken;
	if (i->full && i->peer_window - (i->sent - i->peer_taken) != had) {
		i->full = false;
		wake_all_for(&i->write_q, POLL_WRITE);
	}
}

static void receive_shutdown(struct inet *i, u16 flags)
{
	if (!is_stream(i) || i->state != ESTABLISHED)
		return;
	if (flags & SHUT_READ)
		i->shut |= SHUT_WRITE;
	if (flags & SHUT_WRITE)
		inet_ended(i);
	else
		inet_wake(i);
}

bool host_receive(struct packet *p, const struct hs_header *h)
{
	struct inet *i = number_find(h->socket);

	if (h->op == HS_ACCEPT) {
		receive_accept(i, p, h);
		return false;
	}
	if (h->op == HS_RESULT && !(i && i->request && i->request == h->request)) {
		host_answer(h, p->data, p->len);
		return false;
	}
	if (!i)
		return false;	/* it was closed meanwhile */
	note_credit(i, h);
	switch (h->op) {
	case HS_DATA:
		return receive_data(i, p);
	case HS_DGRAM:
		return receive_datagram(i, p, h->flags & HS_MORE);
	case HS_RESULT:
		if (i->state == CONNECTING)
			receive_connected(i, p, h);
		break;
	case HS_CREDIT_REQUEST:
		host_tell(i, HS_CREDIT, 0, 0, NULL, 0);
		break;
	case HS_SHUTDOWN:
		receive_shutdown(i, h->flags);
		break;
	case HS_RESET:
		if (is_stream(i) && i->state != LISTENING)
			inet_over(i, error_of(h, i->ended ? EPIPE : ECONNRESET));
		break;
	case HS_ERROR:
		i->s.error = error_of(h, EIO);
		inet_wake(i);
		break;
	}
	return false;
}
