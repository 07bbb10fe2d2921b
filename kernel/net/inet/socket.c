/* A socket's life: socket(2), its names, shutdown(2), close(2). */
#include "inet.h"
#include "af_inet.h"
#include "permission.h"

#define CAP_NET_RAW	13

#ifndef MODULE
const char drv_inet[1];		/* selects this file, whose functions are linked if a call needs them */
/* The files of the other calls: nothing refers to this, so what no call needs is not linked. */
const char *const inet_files[] = { inet_bind_file, inet_listen_file, inet_connect_file, inet_setsockopt_file, inet_getsockopt_file, interface_ioctl_file, inet_control_file, inet_list_file, inet_nodes_file };
#endif

static int inet_shutdown(struct socket *s, int how);
static int inet_name(struct socket *s, bool peer, void *out);

static const struct socket_ops stream_ops = {
	.send = tcp_send, .recv = tcp_recv, .shutdown = inet_shutdown, .name = inet_name,
};
static const struct socket_ops dgram_ops = {
	.send = udp_send, .recv = udp_recv, .shutdown = inet_shutdown, .name = inet_name,
};

OPTIONAL void inet_groups_free(struct inet *i) { (void)i; }

struct inet *inet_new(int family, int type, int protocol)
{
	struct inet *i = kzalloc(sizeof(*i));
	bool stream = type == SOCK_STREAM;

	if (!i)
		return NULL;
	i->s = (struct socket){
		.ops = stream ? &stream_ops : &dgram_ops,
		.domain = family, .type = type, .protocol = protocol,
		.send_room = stream ? TCP_SEND_ROOM : ROOM, .recv_room = stream ? TCP_RECV_ROOM : ROOM,
		.send_timeout = FOREVER, .recv_timeout = FOREVER,
	};
	i->port.protocol = protocol;
	i->port.at.family = i->peer.family = family;
	i->way = &inet_loop;
	list_init(&i->port.link);
	list_init(&i->queue);
	list_init(&i->errors);
	list_init(&i->accepted);
	list_init(&i->callers);
	list_init(&i->numbered);
	list_init(&i->starved);
	waitq_init(&i->read_q);
	waitq_init(&i->write_q);
	waitq_init(&i->busy_q);
	return i;
}

void inet_wake(struct inet *i)
{
	wake_all(&i->read_q);
	wake_all(&i->write_q);
}

void inet_over(struct inet *i, int error)
{
	if (i->state == CLOSED)
		return;
	i->state = CLOSED;
	i->shut = SHUT_READ | SHUT_WRITE;
	if (error)
		i->s.error = error;
	inet_wake(i);
}

void inet_reset(struct inet *i)
{
	i->active = false;
	inet_over(i, i->state == CONNECTING ? ECONNREFUSED : i->ended ? EPIPE : ECONNRESET);
}

/* Both have sent their end: as far as a program can tell the socket is closed. */
static void check_over(struct inet *i)
{
	if (i->ended && i->shut & SHUT_WRITE)
		inet_over(i, 0);
}

void inet_ended(struct inet *i)
{
	i->ended = true;
	i->shut |= SHUT_READ;
	check_over(i);
	inet_wake(i);
}

static void finish(struct inet *i)
{
	if (i->state != ESTABLISHED)
		return;
	i->active = !i->ended;
	i->way->finish(i);
	check_over(i);
}

void inet_unlisten(struct inet *i)
{
	i->state = CLOSED;	/* nobody comes any more */
	i->s.listening = i->port.listening = false;
	while (!list_empty(&i->callers)) {
		struct inet *caller = list_first(&i->callers, struct inet, callers);
		list_remove(&caller->callers);
		inet_reset(caller);
	}
	while (!list_empty(&i->accepted)) {
		struct inet *child = list_first(&i->accepted, struct inet, accepted);
		list_remove(&child->accepted);
		child->way->leave(child, true);
		child->state = CLOSED;
		inet_free(child);
	}
	i->accepted_count = 0;
}

/* Leaves the connection; what it received is lost. */
static void leave(struct inet *i, bool abort)
{
	if (i->state == LISTENING) {	/* the list of those who wait begins here */
		inet_unlisten(i);
	} else {
		list_remove(&i->callers);
		i->way->leave(i, abort);
	}
	if (i->number)
		inet_out()->leave(i, abort);
	i->way = &inet_loop;
	i->state = CLOSED;
	i->shut = 0;
	i->ended = i->full = false;
	inet_purge(i);
}

int inet_disconnect(struct inet *i)
{
	bool connected = is_stream(i) && (i->state == CONNECTING || i->state == ESTABLISHED);

	if (is_stream(i))
		leave(i, true);
	else if (i->number && i->state == ESTABLISHED)
		inet_out()->undo_connect(i);
	i->state = CLOSED;
	i->stage = UNCONNECTED;
	if (connected)
		i->s.error = ECONNRESET;
	i->peer = (struct hs_address){ .family = i->s.domain };
	i->active = false;
	if (!i->fixed_port) {
		port_drop(i);
		if (!is_stream(i))
			port_set(&i->port.at, 0);
	}
	if (!i->fixed_address) {
		i->port.at.family = i->s.domain;
		memset(i->port.at.ip, 0, 16);
	}
	inet_wake(i);
	return 0;
}

static int inet_shutdown(struct socket *s, int how)
{
	struct inet *i = inet_of(s);
	bool established = i->state == ESTABLISHED;

	if (i->state == LISTENING && !(how & SHUT_READ))
		return 0;
	if (is_stream(i) && (i->state == CONNECTING || i->state == LISTENING)) {
		bool fixed = i->fixed_port;
		i->fixed_port = true;	/* the port stays, for now */
		inet_disconnect(i);
		i->fixed_port = fixed;
		return 0;
	}
	if (i->stage == UNDERWAY)
		i->stage = established ? CONNECTED : DISCONNECTING;
	if (is_stream(i) && how & SHUT_WRITE && !(i->shut & SHUT_WRITE) && established) {
		i->shut |= SHUT_WRITE;
		finish(i);
	}
	i->shut |= how;
	inet_wake(i);
	return established ? 0 : -ENOTCONN;
}

static int inet_name(struct socket *s, bool peer, void *out)
{
	struct inet *i = inet_of(s);

	if (!peer)
		return address_tell(i, &i->port.at, out);
	if (!port_number(&i->peer) || i->state == CLOSED || i->state == CONNECTING)
		return -ENOTCONN;
	return address_tell(i, &i->peer, out);
}

void inet_free(struct inet *i)
{
	bool unread = !list_empty(&i->queue) && is_stream(i), now = (u32)i->s.linger && !(i->s.linger >> 32);

	if (i->way == &inet_loop && i->state == ESTABLISHED && is_stream(i) && !unread && !now && !(i->shut & SHUT_WRITE)) {
		i->shut |= SHUT_WRITE;
		finish(i);
	}
	leave(i, unread || now);
	if (unread || now)
		i->active = false;
	port_drop(i);
	inet_groups_free(i);
	kfree(i->options);
	kfree(i);
}

static void inet_release(struct file *f)
{
	inet_free(f->data);
}

const struct file_ops inet_file_ops = {
	.read = socket_read, .write = socket_write, .poll = inet_poll, .ioctl = inet_ioctl, .release = inet_release,
};

/* The protocol of a type, when PROTOCOL is 0 or that; or an error. */
static int check_type(int family, int type, int protocol)
{
	int usual = type == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP;

	if (protocol < 0 || protocol >= 263)	/* IPPROTO_MAX */
		return -EINVAL;
	if (type != SOCK_STREAM && type != SOCK_DGRAM && type != SOCK_RAW)
		return -ESOCKTNOSUPPORT;
	if (type == SOCK_RAW)
		return protocol && !capable(CAP_NET_RAW) ? -EPERM : -EPROTONOSUPPORT;
	if (type == SOCK_DGRAM && protocol == (family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6))
		return protocol;
	if (type == SOCK_DGRAM && protocol == IPPROTO_UDPLITE)
		return protocol;
	return !protocol || protocol == usual ? usual : -EPROTONOSUPPORT;
}

struct file *inet_socket(int family, int type, int protocol, int flags)
{
	protocol = check_type(family, type, protocol);
	if (protocol < 0)
		return ERR_PTR(protocol);
	struct inet *i = inet_new(family, type, protocol);
	struct file *f = i ? socket_file(&inet_file_ops, &i->s, flags) : NULL;
	if (f) {
		i->ino = f->vnode->ino;
		return f;
	}
	kfree(i);
	return ERR_PTR(-ENOMEM);
}
IMPLEMENT(inet_socket);
