/* A socket's life: socket(2), bind(2), its names, shutdown(2), close(2). */
#include "vsock.h"
#include "af_vsock.h"

#define SIZE		(256 * 1024)
#define SIZE_MIN	128
#define CONNECT_TIMEOUT	2000000000UL
#define ROOM		212992		/* net.core.wmem_default: SO_SNDBUF and SO_RCVBUF, which change nothing */
#define NS		1000000000UL

int address_cast(const void *name, int len, struct sockaddr_vm *out)
{
	if (len < (int)sizeof(*out))
		return -EFAULT;
	memcpy(out, name, sizeof(*out));
	if (out->family != AF_VSOCK)
		return -EAFNOSUPPORT;
	return out->flags & ~1 || out->zero[0] ? -EINVAL : 0;	/* VMADDR_FLAG_TO_HOST */
}

static int vsock_bind(struct socket *s, const void *name, int len)
{
	struct vsock *v = vsock_of(s);
	struct sockaddr_vm a;

	if (address_cast(name, len, &a) || v->local_port != PORT_ANY)
		return -EINVAL;
	if (a.cid != CID_ANY && !cid_is_local(a.cid))
		return -EADDRNOTAVAIL;
	return table_port(v, a.cid, a.port);
}

static int vsock_name(struct socket *s, bool peer, void *out)
{
	struct vsock *v = vsock_of(s);

	if (peer && v->stage != CONNECTED)
		return -ENOTCONN;
	*(struct sockaddr_vm *)out = (struct sockaddr_vm){
		.family = AF_VSOCK, .cid = peer ? v->peer_cid : v->local_cid, .port = peer ? v->peer_port : v->local_port,
	};
	return sizeof(struct sockaddr_vm);
}

void vsock_wake(struct vsock *v)
{
	wake_all(&v->read_q);
	wake_all(&v->write_q);
}

static int vsock_shutdown(struct socket *s, int how)
{
	struct vsock *v = vsock_of(s);

	if (v->stage == UNCONNECTED)
		return -ENOTCONN;
	v->stage = DISCONNECTING;
	v->shut |= how;
	packet_control(v, OP_SHUTDOWN, how);
	vsock_wake(v);
	return 0;
}

static const struct socket_ops ops = {
	.send = vsock_send, .recv = vsock_recv, .shutdown = vsock_shutdown, .name = vsock_name, .bind = vsock_bind,
	.listen = vsock_listen, .accept = vsock_accept, .connect = vsock_connect,
	.getsockopt = vsock_getsockopt, .setsockopt = vsock_setsockopt,
};

struct vsock *vsock_new(int type)
{
	struct vsock *v = kzalloc(sizeof(*v));

	if (!v)
		return NULL;
	v->s = (struct socket){ .ops = &ops, .domain = AF_VSOCK, .type = type, .send_room = ROOM, .recv_room = ROOM,
		.send_timeout = FOREVER, .recv_timeout = FOREVER };
	v->local_cid = v->local_port = v->peer_cid = v->peer_port = ~0u;
	v->size = v->size_max = v->buf_alloc = SIZE;
	v->size_min = SIZE_MIN;
	v->connect_timeout = CONNECT_TIMEOUT;
	list_init(&v->bound);
	list_init(&v->connected);
	list_init(&v->accepted);
	list_init(&v->queue);
	waitq_init(&v->read_q);
	waitq_init(&v->write_q);
	waitq_init(&v->busy_q);
	return v;
}

/* SO_LINGER: until the peer has said that it has everything. */
static void linger(struct vsock *v)
{
	u32 on = v->s.linger, seconds = v->s.linger >> 32;
	ns_t deadline = now_monotonic() + seconds * NS;

	while (on && !v->done && !wait_on(&v->read_q, deadline, true)) {
	}
}

void vsock_free(struct vsock *v)
{
	while (!list_empty(&v->accepted) && v->state == LISTENING) {
		struct vsock *child = list_first(&v->accepted, struct vsock, accepted);
		list_remove(&child->accepted);
		vsock_free(child);
	}
	if (v->state == ESTABLISHED || v->state == CLOSING) {
		if (v->peer_shut == (SHUT_READ | SHUT_WRITE)) {
			if (!v->done)
				packet_control(v, OP_RST, 0);
		} else {
			v->shut = SHUT_READ | SHUT_WRITE;
			packet_control(v, OP_SHUTDOWN, v->shut);
			linger(v);
		}
	}
	table_remove(v);
	while (!list_empty(&v->queue)) {
		struct packet *p = list_first(&v->queue, struct packet, link);
		list_remove(&p->link);
		kfree(p);
	}
	device_refill();
	kfree(v);
}

static void vsock_release(struct file *f)
{
	vsock_free(f->data);
}

static long vsock_ioctl(struct file *f, unsigned long cmd, unsigned long arg)
{
	struct vsock *v = f->data;

	if (cmd != FIONREAD && cmd != TIOCOUTQ)
		return -ENOTTY;
	CHECK_WRITE((void *)arg, sizeof(int));
	if (v->state == LISTENING)
		return -EINVAL;
	*(int *)arg = cmd == FIONREAD ? v->queued : v->sent - v->peer_fwd_cnt;
	return 0;
}

const struct file_ops vsock_file_ops = {
	.read = socket_read, .write = socket_write, .poll = vsock_poll, .ioctl = vsock_ioctl, .release = vsock_release,
};

struct file *vsock_socket(int type, int protocol, int flags)
{
	if (protocol && protocol != AF_VSOCK)
		return ERR_PTR(-EPROTONOSUPPORT);
	if (type == SOCK_DGRAM)
		return ERR_PTR(-ENODEV);	/* virtio has none */
	if (type != SOCK_STREAM && type != SOCK_SEQPACKET)
		return ERR_PTR(-ESOCKTNOSUPPORT);
	struct vsock *v = vsock_new(type);
	struct file *f = v ? socket_file(&vsock_file_ops, &v->s, flags) : NULL;
	if (f)
		return f;
	kfree(v);
	return ERR_PTR(-ENOMEM);
}
IMPLEMENT(vsock_socket);
