/* Streams of bytes. */
#include "unix.h"

#define LINEAR	3776	/* of a packet of Linux's; the rest are pages */
#define PIECE	(LINEAR + 32768)

static bool unheard(struct unix_sock *u)
{
	return u->shut & SHUT_WRITE || u->peer->dead || u->peer->shut & SHUT_READ;
}

static long send_pieces(struct unix_sock *u, const struct socket_msg *m, struct control *c, int flags)
{
	ns_t deadline = socket_deadline(u->s.send_timeout);
	size_t done = 0;

	while (done < m->total) {
		size_t n = min(m->total - done, min((size_t)u->s.send_room / 2 - 64, (size_t)PIECE));
		int err = unix_wait_room(u, flags, deadline);
		if (err)
			return done ? (long)done : err;
		struct packet *p = unix_packet(u, m, done, n, LINEAR);
		if (IS_ERR(p))
			return done ? (long)done : PTR_ERR(p);
		if (unheard(u)) {
			packet_free(p);
			return done ? (long)done : socket_broken(flags);
		}
		p->control = *c;
		c->files = NULL;	/* go with the first piece */
		c->count = 0;
		packet_deliver(p, u->peer);
		done += n;
	}
	return done;
}

long stream_send(struct socket *s, const struct socket_msg *m, int flags)
{
	struct unix_sock *u = unix_of(s);
	struct control c;
	long r = control_parse(m, &c);

	if (r)
		return r;
	if (m->name_len)
		r = u->state == ESTABLISHED ? -EISCONN : -EOPNOTSUPP;
	else if (!u->peer)
		r = -ENOTCONN;
	else if (u->shut & SHUT_WRITE)
		r = socket_broken(flags);
	else if (flags & MSG_OOB)
		r = -EOPNOTSUPP;
	else
		r = send_pieces(u, m, &c, flags);
	control_drop(&c);
	return r;
}

/* What one call takes from the queue. */
struct taking {
	size_t done, skip;	/* SKIP: bytes to leave out first (SO_PEEK_OFF) */
	bool started, stop;	/* CONTROL is that of the first; STOP: nothing more belongs to it */
	struct control control;
};

static bool same_writer(const struct control *a, const struct control *b)
{
	return a->has_ids == b->has_ids && !memcmp(a->ids, b->ids, sizeof(a->ids));
}

/* Beside the bytes: from whom, and files, behind which a read ends. */
static int begin_packet(struct unix_sock *u, struct socket_msg *m, struct packet *p, struct taking *t)
{
	if (!t->started) {
		unix_source(m, p);
		t->control.has_ids = p->control.has_ids;
		memcpy(t->control.ids, p->control.ids, sizeof(p->control.ids));
		t->started = true;
	} else if (passes_ids(u) && !same_writer(&p->control, &t->control)) {
		t->stop = true;
	}
	return t->stop ? 0 : p->control.files ? control_copy(&t->control, &p->control) : 0;
}

static int take(struct unix_sock *u, struct socket_msg *m, struct taking *t, bool peek)
{
	struct list *l, *next;

	for (l = u->queue.next; l != &u->queue && t->done < m->total && !t->stop; l = next) {
		struct packet *p = container_of(l, struct packet, link);
		if (t->skip >= p->len && t->skip) {
			t->skip -= p->len;
			next = l->next;
			continue;
		}
		int err = begin_packet(u, m, p, t);
		if (err || t->stop)
			return err;
		size_t want = min((size_t)p->len - t->skip, m->total - t->done);
		size_t n = iov_scatter(m->v, t->done, p->data + p->start + t->skip, want);	/* may sleep */
		next = l->next;
		t->done += n;
		t->skip = 0;
		if (n < want && !n)
			return -EFAULT;
		t->stop = p->control.files || n < want;
		if (peek)
			continue;
		gc_received(&p->control);	/* the files have gone, the copy has them */
		control_drop(&p->control);
		p->start += n;
		p->len -= n;
		if (!p->len)
			packet_take(u, p);
	}
	return 0;
}

long stream_recv(struct socket *s, struct socket_msg *m, int flags)
{
	struct unix_sock *u = unix_of(s);
	size_t target = flags & MSG_WAITALL ? m->total : max(s->low_water, 1U);
	ns_t deadline = socket_deadline(s->recv_timeout);
	struct taking t = { 0 };
	int err = 0;

	if (u->state != ESTABLISHED)
		return -EINVAL;
	if (flags & MSG_OOB)	/* there is never urgent data */
		return -EINVAL;
	unix_enter(u);
	for (;;) {
		bool had = !list_empty(&u->queue);
		size_t skip = t.done ? 0 : peek_skip(s, flags);
		t.skip = skip;
		if (had)
			err = take(u, m, &t, flags & MSG_PEEK);
		had = had && (t.done || !skip);	/* else all there is was left out */
		if (err || t.stop || (had && (t.done >= min(target, m->total) || flags & MSG_PEEK)) ||
		    (err = socket_error(s)) || u->shut & SHUT_READ)
			break;
		if (!list_empty(&u->queue) && !skip)
			continue;	/* came during the copy */
		unix_leave(u);
		err = socket_wait(&u->read_q, flags, deadline);
		unix_enter(u);
		if (err)
			break;
	}
	peek_moved(s, flags, t.done);
	unix_leave(u);
	control_put(u, m, &t.control, flags);
	return t.done ? (long)t.done : err;
}
