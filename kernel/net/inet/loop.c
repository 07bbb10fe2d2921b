/* Connections within the guest: two sockets that know each other. */
#include "inet.h"

static u32 loop_room(struct inet *i)
{
	struct inet *o = i->other;
	u32 limit = i->s.send_room + (o ? o->s.recv_room : 0);

	return !o ? limit : o->queued < limit ? limit - o->queued : 0;
}

/* RFC 1122, 4.2.2.13: data for who has closed, or will read nothing more, ends the connection. */
static void loop_push(struct inet *i, struct packet *p)
{
	struct inet *o = i->other;

	if (o && !(o->shut == (SHUT_READ | SHUT_WRITE) && !o->ended)) {
		inet_queue(o, p);
		return;
	}
	kfree(p);
	if (o)
		inet_reset(o);
	inet_reset(i);
}

/* As on Linux a writer hears of room once a third of all is free. */
static void loop_taken(struct inet *i)
{
	struct inet *o = i->other;

	if (!o || !o->full || loop_room(o) < (o->s.send_room + i->s.recv_room) / 3)
		return;
	o->full = false;
	wake_all_for(&o->write_q, POLL_WRITE);
}

static void loop_finish(struct inet *i)
{
	if (i->other)
		inet_ended(i->other);
}

static void loop_leave(struct inet *i, bool abort)
{
	struct inet *o = i->other;

	if (!o)
		return;
	i->other = o->other = NULL;
	if (abort)
		inet_reset(o);
	else if (o->full)
		wake_all_for(&o->write_q, POLL_WRITE);
}

const struct inet_way inet_loop = {
	.room = loop_room, .push = loop_push, .taken = loop_taken, .finish = loop_finish, .leave = loop_leave,
};

static void established(struct inet *i)
{
	i->state = ESTABLISHED;
	if (i->s.send_room == TCP_SEND_ROOM)
		i->s.send_room = TCP_SEND_GROWN;
}

/* The end that accept() will give out. */
struct inet *inet_child(struct inet *listener, const struct hs_address *at, const struct hs_address *peer)
{
	struct inet *c = inet_new(listener->s.domain, SOCK_STREAM, IPPROTO_TCP);

	if (!c)
		return NULL;
	struct socket s = listener->s;
	s.listening = false;
	s.error = 0;
	c->s = s;
	c->port.at = *at;
	c->port.only6 = listener->port.only6;
	c->fixed_port = true;
	c->device = listener->device;
	if (listener->options && (c->options = kmalloc(inet_option_count * sizeof(s32))))
		memcpy(c->options, listener->options, inet_option_count * sizeof(s32));
	c->peer = *peer;
	c->stage = CONNECTED;
	port_add(c);
	established(c);
	list_append(&listener->accepted, &c->accepted);
	listener->accepted_count++;
	wake_all_for(&listener->read_q, POLL_READ);
	return c;
}

static int pair(struct inet *listener, struct inet *i)
{
	struct inet *c = inet_child(listener, &i->peer, &i->port.at);

	if (!c)
		return -ENOMEM;
	i->other = c;
	c->other = i;
	established(i);
	return 0;
}

int loop_connect(struct inet *i)
{
	struct inet *listener = port_find(&i->peer, IPPROTO_TCP, &i->port.at);

	i->state = CONNECTING;
	if (!listener && same_address(&i->peer, &i->port.at)) {	/* RFC 9293, 3.5: both ends begin, and are one here */
		i->other = i;
		established(i);
		return 0;
	}
	if (!listener) {
		inet_reset(i);
		return 0;
	}
	if (listener->accepted_count <= listener->backlog)
		return pair(listener, i);
	list_append(&listener->callers, &i->callers);
	return 0;
}

void loop_admit(struct inet *listener)
{
	while (!list_empty(&listener->callers) && listener->accepted_count <= listener->backlog) {
		struct inet *i = list_first(&listener->callers, struct inet, callers);
		if (pair(listener, i))
			return;
		list_remove(&i->callers);
		inet_wake(i);
	}
}
