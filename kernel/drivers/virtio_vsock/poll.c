#include "vsock.h"

int vsock_poll(struct file *f, struct poll_table *pt)
{
	struct vsock *v = f->data;
	struct waitq *room;
	int ready = 0;

	vsock_check_timeout(v);
	poll_wait(&v->read_q, pt);
	poll_wait(&v->write_q, pt);
	if (v->state == CONNECTING && pt)
		pt->deadline = min(pt->deadline, v->connect_deadline);
	if (v->s.error)
		ready |= POLLERR;
	if (v->shut == (SHUT_READ | SHUT_WRITE) || v->shut & v->peer_shut & SHUT_WRITE)
		ready |= POLLHUP;
	if (v->shut & SHUT_READ || v->peer_shut & SHUT_WRITE)
		ready |= POLLRDHUP | POLLIN | POLLRDNORM;
	if (v->state == LISTENING ? !list_empty(&v->accepted) : v->s.type == SOCK_STREAM ? !list_empty(&v->queue) : v->messages)
		ready |= POLLIN | POLLRDNORM;
	if (v->shut & SHUT_WRITE)
		return ready;
	if (v->state == CLOSED || v->state == CLOSING)
		ready |= POLLOUT | POLLWRNORM;
	if (v->state == ESTABLISHED && vsock_credit(v)) {
		if (cid_is_local(v->peer_cid) || device_room(&room))
			ready |= POLLOUT | POLLWRNORM;
		else
			poll_wait(room, pt);
	}
	return ready;
}
