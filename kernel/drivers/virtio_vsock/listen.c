/* listen(2), accept(2) */
#include "vsock.h"

int vsock_listen(struct socket *s, int backlog)
{
	struct vsock *v = vsock_of(s);

	if (v->stage != UNCONNECTED || v->local_port == PORT_ANY)
		return -EINVAL;
	v->backlog = min((u32)backlog, 4096u);	/* net.core.somaxconn; negative: as many as there may be */
	v->state = LISTENING;
	v->s.listening = true;
	return 0;
}

struct file *vsock_accept(struct socket *s, int flags, int file_flags)
{
	struct vsock *v = vsock_of(s);
	ns_t deadline = socket_deadline(s->recv_timeout);

	if (v->state != LISTENING)
		return ERR_PTR(-EINVAL);
	while (list_empty(&v->accepted)) {
		int err = socket_wait(&v->read_q, flags, deadline);
		if (err)
			return ERR_PTR(err);
	}
	struct vsock *child = list_first(&v->accepted, struct vsock, accepted);
	struct file *f = socket_file(&vsock_file_ops, &child->s, file_flags);
	if (!f)
		return ERR_PTR(-ENOMEM);
	list_remove(&child->accepted);
	v->accepted_count--;
	return f;
}
