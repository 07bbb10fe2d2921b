/* Readiness: Linux's tcp_poll() and datagram_poll(). And how much waits. */
#include "af_inet.h"
#include "inet.h"

#define SIOCATMARK	0x8905
#define SIOCOUTQNSD	0x894b

static bool writable(struct inet *i)
{
	u32 room = i->way->room(i);

	if (room && !(i->way == &inet_loop && room < i->s.send_room / 3))
		return true;
	i->full = true;
	return false;
}

static int stream_ready(struct inet *i)
{
	int ready = 0;

	if (i->state == LISTENING)
		return list_empty(&i->accepted) ? 0 : POLLIN | POLLRDNORM;
	if (i->state == CLOSED)
		ready |= POLLHUP;
	if (i->state == CONNECTING)
		return ready;
	if (i->queued >= max(i->s.low_water, 1U))
		ready |= POLLIN | POLLRDNORM;
	if (i->shut & SHUT_WRITE || i->state == CLOSED || writable(i))
		ready |= POLLOUT | POLLWRNORM;
	return ready;
}

int inet_poll(struct file *f, struct poll_table *pt)
{
	struct inet *i = f->data;
	int ready;

	poll_wait(&i->read_q, pt);
	poll_wait(&i->write_q, pt);
	if (is_stream(i))
		ready = stream_ready(i);
	else
		ready = POLLOUT | POLLWRNORM | POLLWRBAND | (list_empty(&i->queue) ? 0 : POLLIN | POLLRDNORM);
	if (i->state == LISTENING)
		return ready;
	if (i->shut == (SHUT_READ | SHUT_WRITE))
		ready |= POLLHUP;
	if (i->shut & SHUT_READ)
		ready |= POLLIN | POLLRDNORM | POLLRDHUP;
	return i->s.error || !list_empty(&i->errors) ? ready | POLLERR : ready;
}

static int waiting(struct inet *i)
{
	if (is_stream(i))
		return i->queued;
	return list_empty(&i->queue) ? 0 : list_first(&i->queue, struct packet, link)->len - sizeof(struct hs_address);
}

long inet_ioctl(struct file *f, unsigned long cmd, unsigned long arg)
{
	struct inet *i = f->data;
	int n = 0;

	inet_look();
	switch (cmd) {
	case FIONREAD:
		n = waiting(i);
		break;
	case SIOCATMARK:	/* there is never urgent data */
	case SIOCOUTQNSD:
	case TIOCOUTQ:
		if (is_stream(i))
			break;
		if (cmd == TIOCOUTQ)
			break;
		/* fallthrough */
	default:
		return interface_ioctl(cmd, arg);
	}
	if (i->state == LISTENING && cmd != SIOCATMARK)
		return -EINVAL;
	CHECK_WRITE((void *)arg, sizeof(int));
	*(int *)arg = n;
	return 0;
}
