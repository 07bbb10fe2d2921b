/* A socket's life: socket(2), socketpair(2), shutdown(2), close(2). */
#include "unix.h"
#include "af_unix.h"
#include "identity.h"
#include "process.h"

#define ROOM	212992	/* net.core.wmem_default */


#ifndef MODULE
const char drv_af_unix[1];	/* selects this file, whose functions are linked if a call needs them */
#endif
struct list unix_all = LIST_INIT(unix_all);

static const struct socket_ops stream_ops = {
	.send = stream_send, .recv = stream_recv, .shutdown = unix_shutdown, .name = unix_name, .bind = unix_bind,
	.listen = unix_listen, .accept = unix_accept, .connect = stream_connect,
};
static const struct socket_ops seqpacket_ops = {
	.send = message_send, .recv = message_recv, .shutdown = unix_shutdown, .name = unix_name, .bind = unix_bind,
	.listen = unix_listen, .accept = unix_accept, .connect = stream_connect,
};
static const struct socket_ops dgram_ops = {
	.send = message_send, .recv = message_recv, .shutdown = unix_shutdown, .name = unix_name, .bind = unix_bind,
	.connect = dgram_connect,
};

struct unix_sock *unix_new(int type)
{
	struct unix_sock *u = kzalloc(sizeof(*u));

	if (!u)
		return NULL;
	u->s = (struct socket){
		.ops = type == SOCK_STREAM ? &stream_ops : type == SOCK_DGRAM ? &dgram_ops : &seqpacket_ops,
		.domain = AF_UNIX, .type = type, .send_room = ROOM, .recv_room = ROOM,
		.send_timeout = FOREVER, .recv_timeout = FOREVER,
	};
	u->refs = 1;
	u->backlog = DGRAM_QUEUE;
	list_init(&u->queue);
	list_init(&u->waiting);
	waitq_init(&u->read_q);
	waitq_init(&u->write_q);
	waitq_init(&u->busy_q);
	waitq_init(&u->room_q);
	list_append(&unix_all, &u->all);
	return u;
}

struct file *unix_file(struct unix_sock *u, int flags)
{
	return u->file = socket_file(&unix_file_ops, &u->s, flags);
}

void unix_get(struct unix_sock *u)
{
	u->refs++;
}

void unix_put(struct unix_sock *u)
{
	if (!u || --u->refs)
		return;
	list_remove(&u->all);
	kfree(u);
}

void unix_wake(struct unix_sock *u)
{
	wake_all(&u->read_q);
	wake_all(&u->write_q);
}

void unix_set_peer_ids(struct unix_sock *u)
{
	u->s.peer_known = true;
	u->s.peer_ids[0] = PROCESS_ID;
	u->s.peer_ids[1] = identity()->user.effective;
	u->s.peer_ids[2] = identity()->group.effective;
}

int unix_shutdown(struct socket *s, int how)
{
	struct unix_sock *u = unix_of(s), *peer = u->peer;

	u->shut |= how;
	unix_wake(u);
	if (peer && s->type != SOCK_DGRAM) {
		peer->shut |= (how & SHUT_READ ? SHUT_WRITE : 0) | (how & SHUT_WRITE ? SHUT_READ : 0);
		unix_wake(peer);
	}
	return 0;
}

/* The other end learns that nobody reads what it sent. */
static void leave_peer(struct unix_sock *u, bool unaccepted)
{
	struct unix_sock *peer = u->peer;

	u->peer = NULL;
	if (!peer)
		return;
	if (u->s.type != SOCK_DGRAM) {
		peer->shut = SHUT_READ | SHUT_WRITE;
		if (unaccepted || !list_empty(&u->queue))
			peer->s.error = ECONNRESET;
		unix_wake(peer);
	}
	unix_put(peer);
}

static void refuse_waiting(struct unix_sock *u)
{
	while (!list_empty(&u->queue)) {
		struct unix_sock *child = list_first(&u->queue, struct unix_sock, waiting);
		list_remove(&child->waiting);
		unix_close(child, true);
	}
}

void unix_close(struct unix_sock *u, bool unaccepted)
{
	bool listened = u->state == LISTENING;

	u->shut = SHUT_READ | SHUT_WRITE;
	u->state = CLOSED;
	u->dead = true;
	leave_peer(u, unaccepted);
	wake_all(&u->room_q);
	if (listened)
		refuse_waiting(u);
	else
		unix_purge(u);
	vnode_put(u->node);
	u->node = NULL;
	unix_put(u);
	gc_run();
}

static void unix_release(struct file *f)
{
	struct unix_sock *u = f->data;

	u->file = NULL;
	unix_close(u, false);
}

const struct file_ops unix_file_ops = {
	.read = socket_read, .write = socket_write, .poll = unix_poll, .ioctl = unix_ioctl, .release = unix_release,
};

static int check_type(int *type, int protocol)
{
	if (protocol && protocol != AF_UNIX)
		return -EPROTONOSUPPORT;
	if (*type == SOCK_RAW)
		*type = SOCK_DGRAM;
	return *type == SOCK_STREAM || *type == SOCK_DGRAM || *type == SOCK_SEQPACKET ? 0 : -ESOCKTNOSUPPORT;
}

struct file *unix_socket(int type, int protocol, int flags)
{
	int err = check_type(&type, protocol);

	if (err)
		return ERR_PTR(err);
#ifndef MODULE
	/* where sockets have names; calls that take paths bring in the other file systems */
	KEEP(fsmount_run);
	KEEP(fsmount_tmp);
	KEEP(fsmount_var_tmp);
#endif
	struct unix_sock *u = unix_new(type);
	struct file *f = u ? unix_file(u, flags) : NULL;
	if (f)
		return f;
	unix_put(u);
	return ERR_PTR(-ENOMEM);
}
IMPLEMENT(unix_socket);

int unix_pair(struct file *ends[2], int type, int protocol, int flags)
{
	int err = check_type(&type, protocol);

	if (err)
		return err;
	struct unix_sock *a = unix_new(type), *b = unix_new(type);
	if (!a || !b || !(ends[0] = unix_file(a, flags)))
		goto free;
	if (!(ends[1] = unix_file(b, flags))) {
		file_put(ends[0]);	/* frees A */
		a = NULL;
		goto free;
	}
	unix_get(a->peer = b);
	unix_get(b->peer = a);
	a->state = b->state = ESTABLISHED;
	unix_set_peer_ids(a);
	unix_set_peer_ids(b);
	return 0;
free:
	unix_put(a);
	unix_put(b);
	return -ENOMEM;
}
IMPLEMENT(unix_pair);

void unix_list(struct text *t)
{
	unix_show(t);
}
IMPLEMENT(unix_list);
