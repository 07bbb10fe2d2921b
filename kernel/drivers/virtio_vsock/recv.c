#include "vsock.h"

static void enter(struct vsock *v)
{
	while (v->reading)
		wait_on(&v->busy_q, FOREVER, false);
	v->reading = true;
}

static void leave(struct vsock *v)
{
	v->reading = false;
	wake_all(&v->busy_q);
}

static void consume(struct vsock *v, struct packet *p, u32 n)
{
	p->start += n;
	p->len -= n;
	v->queued -= n;
	v->fwd_cnt += n;
	if (p->len)
		return;
	if (p->message_end & FLAG_EOM)
		v->messages--;
	list_remove(&p->link);
	kfree(p);
	device_refill();
}

/* Tells the peer of room that reading made, once that is half of all: it never stands still for want of it. */
static void tell_credit(struct vsock *v)
{
	u32 untold = v->fwd_cnt - v->told_fwd_cnt;

	if (v->state == ESTABLISHED && !(v->peer_shut & SHUT_WRITE) && untold &&
	    (v->s.type == SOCK_SEQPACKET || untold >= v->buf_alloc / 2))
		packet_control(v, OP_CREDIT_UPDATE, 0);
}

/* Copies from the queue on, and adds how much to DONE. */
static int take(struct vsock *v, const struct socket_msg *m, size_t *done, bool peek)
{
	for (struct list *next, *l = v->queue.next; l != &v->queue && *done < m->total; l = next) {
		struct packet *p = container_of(l, struct packet, link);
		u32 want = min((size_t)p->len, m->total - *done);
		u32 n = iov_scatter(m->v, *done, p->data + p->start, want);	/* may sleep */
		next = l->next;
		*done += n;
		if (!peek)
			consume(v, p, n);
		if (n < want)
			return -EFAULT;
	}
	return 0;
}

/* The first message, of which what does not fit is lost. */
static long take_message(struct vsock *v, struct socket_msg *m, int flags)
{
	size_t done = 0, all = 0;
	u32 end = 0;
	int err = 0;

	for (struct list *next, *l = v->queue.next; l != &v->queue && !end; l = next) {
		struct packet *p = container_of(l, struct packet, link);
		u32 n = min((size_t)p->len, m->total - done);
		bool lost = iov_scatter(m->v, done, p->data + p->start, n) < n;
		next = l->next;
		done += n;
		all += p->len;
		end = p->message_end;
		if (!(flags & MSG_PEEK))
			consume(v, p, p->len);
		if (lost)
			err = -EFAULT;
	}
	if (err)
		return err;
	if (end & FLAG_EOR)
		m->flags |= MSG_EOR;
	if (all > done)
		m->flags |= MSG_TRUNC;
	return flags & MSG_TRUNC ? all : done;
}

static bool readable(struct vsock *v)
{
	return v->s.type == SOCK_STREAM ? !list_empty(&v->queue) : v->messages;
}

static long receive(struct vsock *v, struct socket_msg *m, int flags, ns_t deadline)
{
	size_t done = 0, target = flags & MSG_WAITALL ? m->total : min(m->total, 1UL);
	int err = 0;

	for (;;) {
		bool some = readable(v);
		if (some && v->s.type == SOCK_SEQPACKET)
			return take_message(v, m, flags);
		if (some && (err = take(v, m, &done, flags & MSG_PEEK)))
			break;
		tell_credit(v);
		if ((some && (done >= target || flags & MSG_PEEK)) || (err = socket_error(&v->s)) ||
		    v->shut & SHUT_READ || v->peer_shut & SHUT_WRITE)
			break;
		if (readable(v))
			continue;	/* came during the copy */
		leave(v);
		err = socket_wait(&v->read_q, flags, deadline);
		enter(v);
		if (err)
			break;
	}
	return done ? (long)done : err;
}

long vsock_recv(struct socket *s, struct socket_msg *m, int flags)
{
	struct vsock *v = vsock_of(s);
	ns_t deadline = socket_deadline(s->recv_timeout);

	vsock_check_timeout(v);
	if (v->state != ESTABLISHED)
		return v->done ? 0 : -ENOTCONN;
	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (v->shut & SHUT_READ)
		return 0;
	enter(v);
	long r = receive(v, m, flags, deadline);
	tell_credit(v);
	leave(v);
	return r;
}
