#include "vsock.h"

u32 vsock_credit(const struct vsock *v)
{
	u32 used = v->sent - v->peer_fwd_cnt;

	return v->peer_buf_alloc - min(used, v->peer_buf_alloc);
}

/* Waits until NEED bytes may be sent; 0 or an error. */
static int wait_credit(struct vsock *v, u32 need, int flags, ns_t deadline)
{
	for (;;) {
		struct waitq *q;
		if (v->s.error)
			return socket_error(&v->s);
		if (v->shut & SHUT_WRITE || v->peer_shut & SHUT_READ)
			return -EPIPE;
		if (v->state != ESTABLISHED)
			return -ENOTCONN;
		bool credit = vsock_credit(v) >= need;
		if (credit && (cid_is_local(v->peer_cid) || device_room(&q)))
			return 0;
		if (!credit) {
			q = &v->write_q;
			if (!v->asked) {
				v->asked = true;
				packet_control(v, OP_CREDIT_REQUEST, 0);
				continue;	/* within the machine the answer is there already */
			}
		}
		device_kick();
		int err = socket_wait(q, flags, deadline);
		if (err)
			return err;
	}
}

/* A packet with N bytes of M, or an error. The credit is taken before the copy, which may sleep. */
static int send_piece(struct vsock *v, const struct socket_msg *m, size_t done, u32 n, u32 flags)
{
	struct packet *p = packet_new(n);

	if (!p)
		return -ENOMEM;
	v->sent += n;
	if (iov_gather(p->data, m->v, done, n) < n) {
		v->sent -= n;
		kfree(p);
		return -EFAULT;
	}
	if (v->state != ESTABLISHED || v->shut & SHUT_WRITE || v->peer_shut & SHUT_READ) {
		kfree(p);
		return -EPIPE;
	}
	packet_send(v, p, OP_RW, flags);
	return 0;
}

/* Pieces of one message follow each other: nobody else sends between, as the credit is there for all of them. */
static long send_message(struct vsock *v, const struct socket_msg *m, int flags, ns_t deadline)
{
	if (m->total > v->peer_buf_alloc)
		return -EMSGSIZE;
	while (v->writing) {
		int err = socket_wait(&v->busy_q, flags, deadline);
		if (err)
			return err;
	}
	v->writing = true;
	int err = wait_credit(v, m->total, flags, deadline);
	size_t done = 0;
	do {
		u32 n = min(m->total - done, (size_t)TX_ROOM);
		u32 end = done + n < m->total ? 0 : FLAG_EOM | (flags & MSG_EOR ? FLAG_EOR : 0);
		if (!err)
			err = send_piece(v, m, done, n, end);
		done += n;
	} while (!err && done < m->total);
	v->writing = false;
	wake_one(&v->busy_q);
	return err ? err : (long)done;
}

static long send_stream(struct vsock *v, const struct socket_msg *m, int flags, ns_t deadline)
{
	size_t done = 0;

	while (done < m->total) {
		int err = wait_credit(v, 1, flags, deadline);
		if (!err) {
			u32 n = min(m->total - done, (size_t)min(vsock_credit(v), (u32)TX_ROOM));
			err = send_piece(v, m, done, n, 0);
			done += err ? 0 : n;
		}
		if (err)
			return done ? (long)done : err;
	}
	return done;
}

long vsock_send(struct socket *s, const struct socket_msg *m, int flags)
{
	struct vsock *v = vsock_of(s);
	ns_t deadline = socket_deadline(s->send_timeout);

	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (m->name_len)
		return v->stage == CONNECTED ? -EISCONN : -EOPNOTSUPP;
	long r = -EPIPE;
	if (!(v->shut & SHUT_WRITE) && !(v->peer_shut & SHUT_READ)) {
		if (v->state != ESTABLISHED)
			return -ENOTCONN;
		r = s->type == SOCK_STREAM ? send_stream(v, m, flags, deadline) : send_message(v, m, flags, deadline);
		device_kick();
	}
	return r == -EPIPE && s->type == SOCK_STREAM ? socket_broken(flags) : r;	/* Linux since 6.8 */
}
