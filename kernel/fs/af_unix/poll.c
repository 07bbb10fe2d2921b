/* Readiness, and how much waits. */
#include "unix.h"

#define SIOCATMARK	0x8905

/* A datagram socket's peer may have its queue full of others' messages. */
static bool peer_full(struct unix_sock *u)
{
	struct unix_sock *peer = u->peer;

	return u->s.type == SOCK_DGRAM && peer && peer->peer != u && unix_full(peer);
}

int unix_poll(struct file *f, struct poll_table *pt)
{
	struct unix_sock *u = f->data;
	int ready = 0;

	poll_wait(&u->read_q, pt);
	poll_wait(&u->write_q, pt);
	if (u->s.error)
		ready |= POLLERR;
	if (u->shut == (SHUT_READ | SHUT_WRITE) || (u->s.type != SOCK_DGRAM && u->state == CLOSED))
		ready |= POLLHUP;
	if (u->shut & SHUT_READ)
		ready |= POLLRDHUP | POLLIN | POLLRDNORM;
	if (!list_empty(&u->queue))
		ready |= POLLIN | POLLRDNORM;
	if (unix_writable(u) && !peer_full(u))
		ready |= POLLOUT | POLLWRNORM | POLLWRBAND;
	return ready;
}

static int waiting(struct unix_sock *u)
{
	struct packet *p;
	int n = 0;

	list_each(p, &u->queue, link) {
		n += p->len;
		if (u->s.type == SOCK_DGRAM)
			break;
	}
	return n;
}

long unix_ioctl(struct file *f, unsigned long cmd, unsigned long arg)
{
	struct unix_sock *u = f->data;

	if (cmd != FIONREAD && cmd != TIOCOUTQ && (cmd != SIOCATMARK || u->s.type != SOCK_STREAM))
		return socket_ioctl(cmd, arg);
	if (cmd == FIONREAD && u->state == LISTENING)
		return -EINVAL;
	CHECK_WRITE((void *)arg, sizeof(int));
	*(int *)arg = cmd == FIONREAD ? waiting(u) : cmd == TIOCOUTQ ? (int)u->sent : 0;	/* there is never urgent data */
	return 0;
}
