#include "vsock.h"

/* A connect() that nobody waits for ends by time alone: who looks at the socket sees to that. */
void vsock_check_timeout(struct vsock *v)
{
	if (v->state != CONNECTING || now_monotonic() < v->connect_deadline)
		return;
	v->state = CLOSED;
	v->stage = UNCONNECTED;
	v->s.error = ETIMEDOUT;
	vsock_wake(v);
}

static int start(struct vsock *v, const void *name, int len)
{
	struct sockaddr_vm a;

	if (v->state == LISTENING || address_cast(name, len, &a))
		return -EINVAL;
	if (!cid_is_local(a.cid)) {
		if (!device_present())
			return -ENODEV;
		if (v->s.type == SOCK_SEQPACKET && !device_seqpacket())
			return -ESOCKTNOSUPPORT;
	}
	int err = v->local_port == PORT_ANY ? table_port(v, CID_ANY, PORT_ANY) : 0;
	if (err)
		return err;
	/* nothing of an earlier connection stays */
	v->peer_cid = a.cid;
	v->peer_port = a.port;
	v->peer_buf_alloc = v->peer_fwd_cnt = v->sent = v->fwd_cnt = 0;
	v->s.error = 0;
	v->state = CONNECTING;
	v->stage = UNDERWAY;
	v->connect_deadline = now_monotonic() + v->connect_timeout;
	packet_control(v, OP_REQUEST, 0);
	return 0;
}

int vsock_connect(struct socket *s, const void *name, int len, int flags)
{
	struct vsock *v = vsock_of(s);
	bool first = false;
	int err;

	vsock_check_timeout(v);
	switch (v->stage) {
	case CONNECTED:
		return -EISCONN;
	case DISCONNECTING:
		return -EINVAL;
	case UNDERWAY:
		break;
	case UNCONNECTED:
		if ((err = start(v, name, len)))
			return err;
		first = true;
	}
	while (v->state == CONNECTING) {
		if (flags & MSG_DONTWAIT)
			return first ? -EINPROGRESS : -EALREADY;
		err = wait_on(&v->write_q, v->connect_deadline, true);
		if (err == -EINTR && v->state == CONNECTING) {
			v->state = CLOSED;
			v->stage = UNCONNECTED;
			return err;
		}
		vsock_check_timeout(v);
	}
	return socket_error(s);
}
