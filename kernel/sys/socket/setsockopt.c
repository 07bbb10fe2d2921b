#include "call.h"
#include "af_inet.h"
#include "options.h"
#include "permission.h"

#define EDOM		33
#define CAP_NET_ADMIN	12
#define SO_SNDBUFFORCE	32
#define SO_RCVBUFFORCE	33
#define SEND_ROOM_MIN	4608
#define RECV_ROOM_MIN	2304

/* As on Linux: twice what was asked for, and what getsockopt() then tells. */
static u32 room(int asked, u32 least)
{
	return max(2 * min((u32)asked, (u32)ROOM_MAX), least);
}

static int timeout_get(const struct timeval *user, int len, ns_t *out)
{
	if (len < (int)sizeof(*user))
		return -EINVAL;
	CHECK_READ(user, sizeof(*user));
	struct timeval t = *user;
	if (t.tv_usec < 0 || t.tv_usec >= 1000000)
		return -EDOM;
	*out = t.tv_sec < 0 ? 0 : min((u64)t.tv_sec, 9000000000UL) * 1000000000 + t.tv_usec * 1000;
	if (!t.tv_sec && !t.tv_usec)
		*out = FOREVER;
	return 0;
}

static long set(struct socket *s, int option, const void *user, int len)
{
	if (option == SO_RCVTIMEO)
		return timeout_get(user, len, &s->recv_timeout);
	if (option == SO_SNDTIMEO)
		return timeout_get(user, len, &s->send_timeout);
	if (option == SO_BINDTODEVICE)
		return inet_setsockopt(s, SOL_SOCKET, option, user, len);
	if (len < (int)sizeof(int))
		return -EINVAL;
	CHECK_READ(user, sizeof(int));
	int n = *(const int *)user;
	switch (option) {
	case SO_SNDBUF:
		s->send_room = room(n, SEND_ROOM_MIN);
		return 0;
	case SO_RCVBUF:
		s->recv_room = room(n, RECV_ROOM_MIN);
		return 0;
	case SO_SNDBUFFORCE:
	case SO_RCVBUFFORCE:
		if (!capable(CAP_NET_ADMIN))
			return -EPERM;
		n = min(max(n, 0), 0x3fffffff) * 2;
		if (option == SO_SNDBUFFORCE)
			s->send_room = max(n, SEND_ROOM_MIN);
		else
			s->recv_room = max(n, RECV_ROOM_MIN);
		return 0;
	case SO_LINGER:
		if (len < (int)sizeof(s->linger))
			return -EINVAL;
		CHECK_READ(user, sizeof(s->linger));
		s->linger = *(const u64 *)user;
		return 0;
	case SO_PASSCRED:
		if (s->domain != AF_UNIX)
			return -EOPNOTSUPP;
		break;
	case SO_PEEK_OFF:
		if (s->domain != AF_UNIX && s->domain != AF_INET && s->domain != AF_INET6)
			return -EOPNOTSUPP;
		s->peek_from = (u32)n + 1;
		return 0;
	case SO_RCVLOWAT:
		if (s->domain == AF_VSOCK && n != 0 && n != 1)
			return -EOPNOTSUPP;
		s->low_water = n < 0 ? ~0U >> 1 : n;
		return 0;
	}
	if (!is_switch(option) && option != SO_PASSCRED)
		return inet_setsockopt(s, SOL_SOCKET, option, user, len);
	s->switches = n ? s->switches | 1UL << option : s->switches & ~(1UL << option);
	inet_setsockopt(s, SOL_SOCKET, option, user, len);	/* tells whoever has it outside */
	return 0;
}

long sys_setsockopt(int fd, int level, int option, const void *user, int len)
{
	KERNEL_LOCK();
	FD_SOCKET(f, fd);
	struct socket *s = f->data;
	if (len < 0)
		return -EINVAL;
	if (level == SOL_SOCKET)
		return set(s, option, user, len);
	return (s->ops->setsockopt ? s->ops->setsockopt : inet_setsockopt)(s, level, option, user, len);
}
SYSCALL(54, setsockopt, PARTIAL("not SO_PASSPIDFD, time stamps"));
