#include "call.h"
#include "af_inet.h"
#include "inet_host.h"
#include "options.h"

static struct timeval timeval_of(ns_t t)
{
	return t == FOREVER ? (struct timeval){ 0 } : (struct timeval){ t / 1000000000, t % 1000000000 / 1000 };
}

/* sys/pidfd/pidfd.c, in programs that use such descriptors */
OPTIONAL int pidfd_of_process(void) { return -ENOPROTOOPT; }

/* The option's size, or an error. */
static int get(struct socket *s, int option, union socket_value *v)
{
	int *n = &v->number;

	switch (option) {
	case SO_TYPE:		*n = s->type; break;
	case SO_ERROR:		inet_host_waits(0); *n = -socket_error(s); break;
	case SO_SNDBUF:		*n = s->send_room; break;
	case SO_RCVBUF:		*n = s->recv_room; break;
	case SO_PASSCRED:	*n = s->switches >> SO_PASSCRED & 1; break;
	case SO_RCVLOWAT:	*n = max(s->low_water, 1U); break;
	case SO_SNDLOWAT:	*n = 1; break;
	case SO_ACCEPTCONN:	*n = s->listening; break;
	case SO_PROTOCOL:	*n = s->protocol; break;
	case SO_DOMAIN:		*n = s->domain; break;
	case SO_PEEK_OFF:
		if (s->domain != AF_UNIX && s->domain != AF_INET && s->domain != AF_INET6)
			return -EOPNOTSUPP;
		*n = s->peek_from - 1;
		break;
	case SO_LINGER:		v->linger = s->linger; return sizeof(v->linger);
	case SO_RCVTIMEO:	v->time = timeval_of(s->recv_timeout); return sizeof(v->time);
	case SO_SNDTIMEO:	v->time = timeval_of(s->send_timeout); return sizeof(v->time);
	case SO_PEERCRED:
		v->ids[1] = v->ids[2] = -1;	/* nobody */
		if (s->peer_known)
			memcpy(v->ids, s->peer_ids, sizeof(v->ids));
		return sizeof(v->ids);
	case SO_PEERPIDFD:
		*n = s->peer_known ? pidfd_of_process() : -ENODATA;
		return *n < 0 ? *n : (int)sizeof(*n);
	default:
		if (!is_switch(option))
			return inet_getsockopt(s, SOL_SOCKET, option, v);
		*n = s->switches >> option & 1;
	}
	return sizeof(*n);
}

#define SOL_IP	0

long sys_getsockopt(int fd, int level, int option, void *user, int *len)
{
	union socket_value v = { 0 };

	KERNEL_LOCK();
	FD_SOCKET(f, fd);
	struct socket *s = f->data;
	if (level != SOL_SOCKET && s->domain == AF_UNIX)
		return -EOPNOTSUPP;
	CHECK_READ(len, sizeof(*len));
	int room = *len;
	if (room < 0)
		return -EINVAL;
	if (level == SOL_SOCKET && option == SO_PEERPIDFD && s->peer_known)
		CHECK_WRITE(user, min(room, (int)sizeof(int)));	/* before there is a descriptor */
	int n = level == SOL_SOCKET ? get(s, option, &v) : (s->ops->getsockopt ? s->ops->getsockopt : inet_getsockopt)(s, level, option, &v);
	if (n < 0)
		return n;
	if (s->domain == AF_VSOCK && level != SOL_SOCKET && room < n)
		return -EINVAL;
	/* IP's numbers that fit are a byte where there is no room for more (ip_getsockopt() of Linux) */
	bool byte = level == SOL_IP && n == sizeof(v.number) && room > 0 && (u32)v.number <= 255;
	n = byte && room < n ? 1 : min(n, room);
	CHECK_WRITE(user, n);
	CHECK_WRITE(len, sizeof(*len));
	memcpy(user, &v, n);
	*len = n;
	return 0;
}
SYSCALL(55, getsockopt, PARTIAL("no time stamps"));
