/* Packets from a peer, by the state of the socket they are for. */
#include "vsock.h"

#define MESSAGES_MAX	4096	/* of SEQPACKET: an empty one needs no credit */

/* The connection is over; what came before can still be read. */
void vsock_ended(struct vsock *v)
{
	v->done = true;
	v->peer_shut = SHUT_READ | SHUT_WRITE;
	if (list_empty(&v->queue))
		v->state = CLOSING;
	vsock_wake(v);
}

static void give_up(struct vsock *v, int error)
{
	v->state = CLOSED;
	v->stage = UNCONNECTED;
	v->s.error = error;
	vsock_wake(v);
}

/* Small pieces share a packet: or a peer that sends single bytes would make its credit cost many times as much. */
static bool enqueue(struct vsock *v, struct packet *p)
{
	struct packet *last = container_of(v->queue.prev, struct packet, link);
	u32 n = p->len;

	v->queued += n;
	if (v->s.type == SOCK_STREAM && !list_empty(&v->queue) && last->room - last->start - last->len >= n) {
		memcpy(last->data + last->start + last->len, p->data, n);
		last->len += n;
		return false;
	}
	/* the rest of a page is worth more than a copy */
	if (v->s.type == SOCK_SEQPACKET && n <= p->room / 4) {
		struct packet *small = packet_new(n);
		if (small) {
			memcpy(small->data, p->data, n);
			small->message_end = p->message_end;
			list_append(&v->queue, &small->link);
			return false;
		}
	}
	list_append(&v->queue, &p->link);
	return true;
}

static bool receive_data(struct vsock *v, struct packet *p)
{
	bool stream = v->s.type == SOCK_STREAM;

	if (v->shut & SHUT_READ || (stream && !p->len))
		return false;
	p->message_end = p->h.flags & (FLAG_EOM | FLAG_EOR);
	if (p->len > v->buf_alloc - min(v->queued, v->buf_alloc) || v->messages == MESSAGES_MAX) {
		packet_control(v, OP_RST, 0);	/* it had no credit for this */
		vsock_ended(v);
		return false;
	}
	if (!stream && p->message_end & FLAG_EOM)
		v->messages++;
	bool kept = enqueue(v, p);
	if (stream || v->messages)
		wake_all(&v->read_q);
	return kept;
}

static void receive_shutdown(struct vsock *v, u32 flags)
{
	v->peer_shut |= flags & (SHUT_READ | SHUT_WRITE);
	if (v->peer_shut == (SHUT_READ | SHUT_WRITE)) {
		/* Its port may be used anew from now on. */
		if (list_empty(&v->queue) && !v->done) {
			packet_control(v, OP_RST, 0);
			vsock_ended(v);
		}
		table_remove(v);
	}
	vsock_wake(v);
}

static bool receive_connected(struct vsock *v, struct packet *p)
{
	switch (p->h.op) {
	case OP_RW:
		return receive_data(v, p);
	case OP_CREDIT_REQUEST:
		packet_control(v, OP_CREDIT_UPDATE, 0);
		break;
	case OP_SHUTDOWN:
		receive_shutdown(v, p->h.flags);
		break;
	case OP_RST:
		vsock_ended(v);
		table_remove(v);
		break;
	}
	return false;
}

static void receive_connecting(struct vsock *v, const struct header *h)
{
	switch (h->op) {
	case OP_RESPONSE:
		v->state = ESTABLISHED;
		v->stage = CONNECTED;
		table_connect(v);
		vsock_wake(v);
		break;
	case OP_INVALID:
		break;
	case OP_RST:
		give_up(v, ECONNRESET);
		break;
	default:
		packet_control(v, OP_RST, 0);
		give_up(v, EPROTO);
	}
}

static void receive_listening(struct vsock *listener, const struct header *h)
{
	struct vsock *v;

	if (h->op != OP_REQUEST || listener->accepted_count > listener->backlog || !(v = vsock_new(listener->s.type))) {
		packet_refuse(h);
		return;
	}
	v->state = ESTABLISHED;
	v->stage = CONNECTED;
	v->local_cid = h->dst_cid;
	v->local_port = h->dst_port;
	v->peer_cid = h->src_cid;
	v->peer_port = h->src_port;
	v->peer_buf_alloc = h->buf_alloc;
	v->peer_fwd_cnt = h->fwd_cnt;
	v->size = listener->size;
	v->size_min = listener->size_min;
	v->size_max = listener->size_max;
	v->buf_alloc = listener->buf_alloc;
	v->connect_timeout = listener->connect_timeout;
	table_connect(v);
	list_append(&listener->accepted, &v->accepted);
	listener->accepted_count++;
	packet_control(v, OP_RESPONSE, 0);
	wake_all(&listener->read_q);
}

static void note_credit(struct vsock *v, const struct header *h)
{
	v->peer_buf_alloc = h->buf_alloc;
	v->peer_fwd_cnt = h->fwd_cnt;
	if (vsock_credit(v)) {
		v->asked = false;
		wake_all(&v->write_q);
	}
}

bool vsock_receive(struct packet *p)
{
	const struct header *h = &p->h;
	struct vsock *v = table_connected(h);

	if (!v)
		v = table_bound(h->dst_cid, h->dst_port);
	if (!v || v->done || h->type != (v->s.type == SOCK_STREAM ? TYPE_STREAM : TYPE_SEQPACKET)) {
		packet_refuse(h);
		return false;
	}
	switch (v->state) {
	case LISTENING:
		receive_listening(v, h);
		return false;
	case CONNECTING:
		if (h->src_cid != v->peer_cid || h->src_port != v->peer_port)
			break;
		note_credit(v, h);
		receive_connecting(v, h);
		return false;
	case ESTABLISHED:
		if (h->src_cid != v->peer_cid || h->src_port != v->peer_port)
			break;
		note_credit(v, h);
		return receive_connected(v, p);
	case CLOSING:
		if (h->op == OP_RST)
			vsock_ended(v);
		return false;
	case CLOSED:
		break;
	}
	packet_refuse(h);
	return false;
}
