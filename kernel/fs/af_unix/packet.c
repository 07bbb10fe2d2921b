/* Messages: datagrams, and those of a connection. */
#include "unix.h"

#define LINEAR	16064

/* Whom the message goes to, with a reference. */
static struct unix_sock *receiver(struct unix_sock *u, const struct socket_msg *m, bool named)
{
	if (named)
		return unix_find(m->name, m->name_len, u->s.type);
	if (!u->peer)
		return ERR_PTR(-ENOTCONN);
	unix_get(u->peer);
	return u->peer;
}

/* A datagram socket whose peer has gone; what it sent before is lost too. */
static int forget_peer(struct unix_sock *u, struct unix_sock *gone)
{
	if (u->peer != gone)
		return -ECONNREFUSED;
	u->peer = NULL;
	u->state = CLOSED;
	unix_disconnected(u, gone);
	unix_put(gone);
	return -ECONNREFUSED;
}

/* 0: TO takes a message. 1: look again. */
static int may_deliver(struct unix_sock *u, struct unix_sock *to, int flags, ns_t deadline)
{
	if (!unix_may_send(u, to))
		return -EPERM;
	if (to->dead)
		return u->s.type == SOCK_SEQPACKET ? -EPIPE : forget_peer(u, to);
	if (to->shut & SHUT_READ)
		return -EPIPE;
	if (to == u || to->peer == u || !unix_full(to))
		return 0;
	int err = socket_wait(&to->room_q, flags, deadline);
	return err ? err : 1;
}

static long deliver(struct unix_sock *u, const struct socket_msg *m, struct packet *p, bool named, int flags)
{
	ns_t deadline = socket_deadline(u->s.send_timeout);
	int err;

	do {
		struct unix_sock *to = receiver(u, m, named);
		if (IS_ERR(to))
			return PTR_ERR(to);
		err = may_deliver(u, to, flags, deadline);
		if (!err)
			packet_deliver(p, to);
		unix_put(to);
	} while (err > 0);
	return err ? err : (long)m->total;
}

static long send_one(struct unix_sock *u, const struct socket_msg *m, struct control *c, int flags)
{
	bool named = m->name_len && u->s.type == SOCK_DGRAM;
	int err = named ? unix_check_address(m->name, m->name_len) : u->peer ? 0 : -ENOTCONN;

	if (err || (passes_ids(u) && (err = unix_autobind(u))))
		return err;
	if (m->total > u->s.send_room - 32)
		return -EMSGSIZE;
	err = unix_wait_room(u, flags, socket_deadline(u->s.send_timeout));
	if (err)
		return err;
	struct packet *p = unix_packet(u, m, 0, m->total, LINEAR);
	if (IS_ERR(p))
		return PTR_ERR(p);
	p->control = *c;
	*c = (struct control){ 0 };
	long r = deliver(u, m, p, named, flags);
	if (r < 0)
		packet_free(p);
	return r;
}

long message_send(struct socket *s, const struct socket_msg *m, int flags)
{
	struct unix_sock *u = unix_of(s);
	struct control c;

	if (s->type == SOCK_SEQPACKET && (s->error || u->state != ESTABLISHED))
		return s->error ? socket_error(s) : -ENOTCONN;
	long r = control_parse(m, &c);
	if (r)
		return r;
	r = flags & MSG_OOB ? -EOPNOTSUPP : send_one(u, m, &c, flags);
	control_drop(&c);
	return r;
}

/* Waits for a message: NULL, and why in *ERR, 0 for the end. */
/* The next message, behind *SKIP bytes. */
static struct packet *peek_at(struct unix_sock *u, size_t *skip)
{
	struct packet *p;

	list_each(p, &u->queue, link) {
		if (*skip < p->len || (!p->len && !*skip))
			return p;
		*skip -= p->len;
	}
	return NULL;
}

static struct packet *wait_for_one(struct unix_sock *u, int flags, size_t *skip, int *err)
{
	struct packet *p;
	ns_t deadline = socket_deadline(u->s.recv_timeout);

	unix_enter(u);
	while (!(*err = socket_error(&u->s))) {
		*skip = peek_skip(&u->s, flags);
		if ((p = peek_at(u, skip)))
			return p;
		if (u->shut & SHUT_READ) {
			*err = flags & MSG_DONTWAIT && u->s.type == SOCK_DGRAM ? -EAGAIN : 0;
			break;
		}
		unix_leave(u);
		*err = socket_wait(&u->read_q, flags, deadline);
		unix_enter(u);
		if (*err)
			break;
	}
	unix_leave(u);
	return NULL;
}

long message_recv(struct socket *s, struct socket_msg *m, int flags)
{
	struct unix_sock *u = unix_of(s);
	struct control c = { 0 };
	int err;

	if (s->type == SOCK_SEQPACKET && u->state != ESTABLISHED)
		return -ENOTCONN;
	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	size_t skip;
	struct packet *p = wait_for_one(u, flags, &skip, &err);
	if (!p)
		return err;
	size_t left = p->len - skip, n = min(left, m->total);
	unix_source(m, p);
	bool lost = iov_scatter(m->v, 0, p->data + skip, n) < n;	/* may sleep */
	m->flags = n < left ? MSG_TRUNC : 0;
	long r = flags & MSG_TRUNC ? left : n;
	if ((err = control_copy(&c, &p->control))) {
		r = err;
	} else {
		if (lost)	/* what was sent is, too, as on Linux */
			r = -EFAULT;
		peek_moved(s, flags, flags & MSG_PEEK ? n : p->len);
		if (!(flags & MSG_PEEK))
			packet_take(u, p);
	}
	unix_leave(u);
	control_put(u, m, &c, flags);
	return r;
}
