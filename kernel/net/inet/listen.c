/* listen(2), accept(2). */
#include "af_inet.h"
#include "inet.h"

const char inet_listen_file[1];

static int publish(struct inet *i)
{
	if (address_loopback(&i->port.at) || !inet_out())
		return 0;
	struct hs_address a = i->port.at;
	int err = i->number ? 0 : out_bind(i, &a);
	return err ? err : inet_out()->listen(i);
}

int inet_listen(struct socket *s, int backlog)
{
	struct inet *i = inet_of(s);

	if (!is_inet(s) || !is_stream(i))
		return -EOPNOTSUPP;
	if (i->stage != UNCONNECTED || (i->state != CLOSED && i->state != LISTENING))
		return -EINVAL;
	i->backlog = min((u32)backlog, (u32)SOMAXCONN);
	if (i->state == LISTENING) {
		loop_admit(i);
		return i->number ? inet_out()->listen(i) : 0;
	}
	int err = port_auto(i);
	if (err)
		return err;
	i->port.listening = true;	/* others of the port may not bear that */
	if (port_conflict(i, false)) {
		i->port.listening = false;
		if (!i->fixed_port)
			port_drop(i);
		return -EADDRINUSE;
	}
	port_add(i);
	i->state = LISTENING;	/* the first connection may come with the answer */
	i->shut = 0;
	s->listening = true;
	if ((err = publish(i))) {
		inet_unlisten(i);
		if (!i->fixed_port)
			port_drop(i);
		return err;
	}
	inet_wake(i);
	return 0;
}
IMPLEMENT(inet_listen);

static int wait_for_one(struct inet *i, int flags)
{
	ns_t deadline = socket_deadline(i->s.recv_timeout);
	int err = 0;

	while (!err && list_empty(&i->accepted)) {
		err = i->state == LISTENING ? inet_wait(&i->read_q, flags, deadline) : -EINVAL;
	}
	return err;
}

struct file *inet_accept(struct socket *s, int flags, int file_flags)
{
	struct inet *i = inet_of(s);

	if (!is_inet(s) || !is_stream(i))
		return ERR_PTR(-EOPNOTSUPP);
	if (i->state != LISTENING)
		return ERR_PTR(-EINVAL);
	int err = wait_for_one(i, flags);
	if (err)
		return ERR_PTR(err);
	struct inet *child = list_first(&i->accepted, struct inet, accepted);
	struct file *f = socket_file(&inet_file_ops, &child->s, file_flags);
	if (!f)
		return ERR_PTR(-ENOMEM);
	child->ino = f->vnode->ino;
	list_remove(&child->accepted);
	i->accepted_count--;
	loop_admit(i);
	if (child->number)
		inet_out()->accepted(child);
	return f;
}
IMPLEMENT(inet_accept);
