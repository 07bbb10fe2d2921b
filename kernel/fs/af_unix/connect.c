/* connect(2). */
#include "unix.h"

/* The end that accept() will give out. */
static struct unix_sock *child_of(struct unix_sock *listener, struct unix_sock *client)
{
	struct unix_sock *child = unix_new(listener->s.type);

	if (!child)
		return NULL;
	unix_get(child->peer = client);
	child->state = ESTABLISHED;
	child->listener = listener;
	memcpy(child->name, listener->name, listener->name_len);
	child->name_len = listener->name_len;
	unix_set_peer_ids(child);
	list_append(&listener->queue, &child->waiting);
	listener->queued++;
	return child;
}

static int connect_to(struct unix_sock *u, struct unix_sock *listener)
{
	if (u->state != CLOSED)
		return u->state == ESTABLISHED ? -EISCONN : -EINVAL;
	struct unix_sock *child = child_of(listener, u);
	if (!child)
		return -ENOMEM;
	unix_get(u->peer = child);
	u->state = ESTABLISHED;
	u->s.peer_known = listener->s.peer_known;
	memcpy(u->s.peer_ids, listener->s.peer_ids, sizeof(u->s.peer_ids));
	wake_all_for(&listener->read_q, POLL_READ);
	return 0;
}

int stream_connect(struct socket *s, const void *name, int len, int flags)
{
	struct unix_sock *u = unix_of(s);
	int err = unix_check_address(name, len);

	if (err || (passes_ids(u) && (err = unix_autobind(u))))
		return err;
	for (ns_t deadline = socket_deadline(s->send_timeout);;) {
		struct unix_sock *other = unix_find(name, len, s->type);
		if (IS_ERR(other))
			return PTR_ERR(other);
		if (other->state != LISTENING || other->shut & SHUT_READ)
			err = -ECONNREFUSED;
		else if (!unix_full(other))
			err = connect_to(u, other);
		else if (!(err = socket_wait(&other->room_q, flags, deadline)))
			err = 1;	/* once more */
		unix_put(other);
		if (err <= 0)
			return err;
	}
}

/* To who is not connected, or to the sender itself. */
bool unix_may_send(struct unix_sock *from, struct unix_sock *to)
{
	return !to->peer || to->peer == from;
}

void unix_disconnected(struct unix_sock *u, struct unix_sock *old)
{
	unix_enter(u);
	if (!list_empty(&u->queue)) {
		unix_purge(u);
		if (!old->dead && old->peer == u) {
			old->s.error = ECONNRESET;
			unix_wake(old);
		}
	}
	unix_leave(u);
}

int dgram_connect(struct socket *s, const void *name, int len, int flags)
{
	struct unix_sock *u = unix_of(s), *other = NULL, *old = u->peer;
	int err;

	if (len < NAME_OFFSET)
		return -EINVAL;
	if (*(const u16 *)name) {	/* AF_UNSPEC: takes the connection back */
		if ((err = unix_check_address(name, len)) || (passes_ids(u) && (err = unix_autobind(u))))
			return err;
		other = unix_find(name, len, s->type);
		if (IS_ERR(other))
			return PTR_ERR(other);
		if (!unix_may_send(u, other)) {
			unix_put(other);
			return -EPERM;
		}
	}
	old = u->peer;
	u->peer = other;	/* the reference goes along */
	u->state = CLOSED;
	if (other)
		u->state = other->state = ESTABLISHED;
	if (old && old != other)
		unix_disconnected(u, old);
	unix_put(old);
	wake_all_for(&u->write_q, POLL_WRITE);
	return 0;
}
