/* listen(2), accept(2). */
#include "unix.h"


int unix_listen(struct socket *s, int backlog)
{
	struct unix_sock *u = unix_of(s);

	if (!u->name_len || u->state == ESTABLISHED)
		return -EINVAL;
	u->backlog = min((u32)backlog, (u32)SOMAXCONN);
	u->state = LISTENING;
	s->listening = true;
	unix_set_peer_ids(u);
	wake_all(&u->room_q);
	return 0;
}

static int wait_for_one(struct unix_sock *u, int flags)
{
	ns_t deadline = socket_deadline(u->s.recv_timeout);
	int err = 0;

	while (!err && list_empty(&u->queue)) {
		err = socket_error(&u->s);
		if (!err && u->shut & SHUT_READ)
			err = -EINVAL;
		if (!err)
			err = socket_wait(&u->read_q, flags, deadline);
	}
	return err;
}

struct file *unix_accept(struct socket *s, int flags, int file_flags)
{
	struct unix_sock *u = unix_of(s);

	if (u->state != LISTENING)
		return ERR_PTR(-EINVAL);
	int err = wait_for_one(u, flags);
	if (err)
		return ERR_PTR(err);
	struct unix_sock *child = list_first(&u->queue, struct unix_sock, waiting);
	list_remove(&child->waiting);
	u->queued--;
	child->listener = NULL;
	child->s.switches |= u->s.switches & 1UL << SO_PASSCRED;
	wake_all(&u->room_q);
	struct file *f = unix_file(child, file_flags);
	if (f)
		return f;
	unix_close(child, true);
	return ERR_PTR(-ENOMEM);
}
