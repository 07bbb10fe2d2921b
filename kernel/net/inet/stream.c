/* Streams of bytes: send(2), recv(2). */
#include "inet.h"

#define MSG_ERRQUEUE	0x2000
#define PIECE		(65536 - (u32)PACKET_OVERHEAD)	/* of the heap's sizes one */

/* Linux's sk_stream_wait_connect(), then room: 0, or an error. */
static int wait_room(struct inet *i, int flags, ns_t deadline)
{
	for (;;) {
		if (i->s.error || i->shut & SHUT_WRITE || (i->state != ESTABLISHED && i->state != CONNECTING))
			return i->s.error && i->s.error != EPIPE ? socket_error(&i->s) : (i->s.error = 0, -EPIPE);
		if (i->state == ESTABLISHED && i->way->room(i))
			return 0;
		i->full = true;
		if (i->way->flush)
			i->way->flush();
		int err = inet_wait(&i->write_q, flags, deadline);
		if (err)
			return err;
	}
}

/* N bytes of M. The copy may sleep: what was true before need not be. */
static int send_piece(struct inet *i, const struct socket_msg *m, size_t done, u32 n)
{
	struct packet *p = inet_packet(n);

	if (!p)
		return -ENOMEM;
	if (iov_gather(p->data, m->v, done, n) < n) {
		kfree(p);
		return -EFAULT;
	}
	if (i->state != ESTABLISHED || i->shut & SHUT_WRITE) {
		kfree(p);
		return -EPIPE;
	}
	i->way->push(i, p);
	return 0;
}

long tcp_send(struct socket *s, const struct socket_msg *m, int flags)
{
	struct inet *i = inet_of(s);
	ns_t deadline = socket_deadline(s->send_timeout);
	size_t done = 0;
	int err;

	inet_look();	/* a program that only sends hears here of the connection's end */
	do {
		err = wait_room(i, flags, deadline);
		if (!err && flags & MSG_OOB)
			err = -EOPNOTSUPP;
		if (!err && m->total > done) {
			u32 n = min(m->total - done, (size_t)min(i->way->room(i), PIECE));
			err = send_piece(i, m, done, n);
			done += err ? 0 : n;
		}
	} while (!err && done < m->total);
	if (i->way->flush)
		i->way->flush();
	if (done)
		return done;
	return err == -EPIPE ? socket_broken(flags) : err;
}

/* Copies from the queue on, behind SKIP bytes, and adds how much to DONE. MSG_TRUNC: takes them without a copy. */
static int take(struct inet *i, const struct socket_msg *m, size_t skip, size_t *done, int flags)
{
	for (struct list *next, *l = i->queue.next; l != &i->queue && *done < m->total; l = next) {
		struct packet *p = container_of(l, struct packet, link);
		next = l->next;
		if (skip >= p->len) {
			skip -= p->len;
			continue;
		}
		u32 want = min((size_t)p->len - skip, m->total - *done);
		u32 n = flags & MSG_TRUNC ? want : iov_scatter(m->v, *done, p->data + p->start + skip, want);	/* may sleep */
		next = l->next;
		skip = 0;
		*done += n;
		if (!(flags & MSG_PEEK)) {
			p->start += n;
			p->len -= n;
			i->queued -= n;
			i->taken += n;
			if (!p->len) {
				list_remove(&p->link);
				kfree(p);
			}
		}
		if (n < want)
			return -EFAULT;
	}
	return 0;
}

static long receive(struct inet *i, const struct socket_msg *m, int flags)
{
	ns_t deadline = socket_deadline(i->s.recv_timeout);
	size_t done = 0, target = flags & MSG_WAITALL ? m->total : min(m->total, (size_t)max(i->s.low_water, 1U));
	int err = 0;

	for (;;) {
		size_t skip = peek_skip(&i->s, flags);
		bool some = i->queued > skip;
		if (some && (err = take(i, m, skip, &done, flags)))
			break;
		i->way->taken(i);
		if (some && (done >= target || flags & MSG_PEEK))
			break;
		if (i->queued > skip)
			continue;	/* came during the copy */
		if (done && (i->s.error || i->shut & SHUT_READ))
			break;
		if (i->ended || (err = socket_error(&i->s)) || i->shut & SHUT_READ)
			break;
		if (i->state == CLOSED) {
			err = -ENOTCONN;
			break;
		}
		inet_leave(i);
		err = inet_wait(&i->read_q, flags, deadline);
		inet_enter(i);
		if (err)
			break;
	}
	return done ? (long)done : err;
}

long tcp_recv(struct socket *s, struct socket_msg *m, int flags)
{
	struct inet *i = inet_of(s);

	if (flags & MSG_ERRQUEUE)
		return -EAGAIN;
	if (i->state == LISTENING)
		return -ENOTCONN;
	if (flags & MSG_OOB)
		return -EINVAL;
	inet_enter(i);
	long r = receive(i, m, flags);
	if (r > 0)
		peek_moved(s, flags, r);
	inet_leave(i);
	return r;
}
