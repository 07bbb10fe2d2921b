/* Sockets as the system calls see them. Each family brings its operations;
 * the calls (sys/socket/) reach them only through these, so that what a
 * program cannot make is not linked. */
#ifndef SOCKET_H
#define SOCKET_H

#include "linux_file.h"
#include "vfs.h"

/* Linux include/uapi/asm-generic/errno.h */
#define EPROTO		71
#define EDESTADDRREQ	89
#define EMSGSIZE	90
#define ENOPROTOOPT	92
#define EPROTONOSUPPORT	93
#define ESOCKTNOSUPPORT	94
#define EADDRINUSE	98
#define EADDRNOTAVAIL	99
#define ECONNABORTED	103
#define ECONNRESET	104
#define ENOBUFS		105
#define EISCONN		106
#define ENOTCONN	107
#define ECONNREFUSED	111
#define EALREADY	114
#define EINPROGRESS	115

#define AF_UNSPEC	0
#define AF_UNIX		1
#define AF_INET		2
#define AF_INET6	10
#define AF_NETLINK	16
#define AF_VSOCK	40
#define SOCK_STREAM	1
#define SOCK_DGRAM	2
#define SOCK_RAW	3
#define SOCK_SEQPACKET	5
#define SOCK_TYPE_MASK	15

#define MSG_OOB		1
#define MSG_PEEK	2
#define MSG_CTRUNC	8
#define MSG_TRUNC	0x20
#define MSG_DONTWAIT	0x40
#define MSG_EOR		0x80
#define MSG_WAITALL	0x100
#define MSG_NOSIGNAL	0x4000
#define MSG_CMSG_CLOEXEC 0x40000000

#define SOL_SOCKET	1
#define SO_PASSCRED	16	/* of every family that passes credentials */

#define TIOCOUTQ	0x5411	/* ioctl: bytes that were sent and not taken yet */

#define SHUT_READ	1	/* bits; shutdown(2) counts from 0 */
#define SHUT_WRITE	2

#define SOMAXCONN	4096	/* net.core.somaxconn: connections that wait for accept(2) */
#define CONTROL_MAX	131072	/* net.core.optmem_max: bytes of control messages */
#define ROOM_MAX	212992	/* net.core.wmem_max, rmem_max: what SO_SNDBUF and SO_RCVBUF can ask for */
#define SOCKADDR_MAX	128	/* struct sockaddr_storage */

struct msghdr {
	void *name;
	u32 name_len, pad;
	struct iovec *iov;
	size_t iov_len;
	void *control;
	size_t control_len;
	int flags, pad2;
};
_Static_assert(sizeof(struct msghdr) == 56, "struct msghdr of x86-64 Linux");

/* One message on its way: buffers that were checked, and the address it goes to or comes from. */
struct socket_msg {
	const struct iovec *v;
	u32 n;
	size_t total;
	u8 name[SOCKADDR_MAX];
	u32 name_len;		/* 0: none */
	int flags;		/* receiving: MSG_TRUNC when some of it was lost, MSG_CTRUNC, MSG_EOR */
	/* Ancillary data (cmsg(3)). Sending: the kernel's copy. Receiving: room in user memory, which was not
	 * checked; what is used of it is taken off the front. */
	void *control;
	size_t control_len;
	/* A datagram of the Internet's. Sending: where it is to come from, what its header is to say; 0: as the socket has
	 * it. Receiving: what it came to, what its header said, and when it came. */
	u16 source_family;
	u8 source[16];
	u8 ttl, tos;
	bool has_tos;
	u8 refused;		/* of the error queue: why; TTL, TOS and TIME are then ICMP's type, code and information */
	u8 interface;		/* of one to a group: where it came */
	ns_t time;
};

struct cmsghdr {
	size_t len;
	int level, type;
};

union socket_value {
	s32 number;
	s32 ids[3];	/* struct ucred */
	u64 wide, linger;
	struct timeval time;
	char text[16];
	u32 words[9];
	u8 all[256];	/* struct tcp_info */
};

struct socket;
/* Those from bind on may be NULL: -EOPNOTSUPP. */
struct socket_ops {
	/* Bytes moved, or a negative errno. FLAGS: MSG_*, with MSG_DONTWAIT when the file says O_NONBLOCK. */
	long (*send)(struct socket *s, const struct socket_msg *m, int flags);
	long (*recv)(struct socket *s, struct socket_msg *m, int flags);
	int (*shutdown)(struct socket *s, int how);	/* SHUT_READ | SHUT_WRITE */
	int (*name)(struct socket *s, bool peer, void *out);	/* length, at most SOCKADDR_MAX */
	int (*bind)(struct socket *s, const void *name, int len);
	int (*listen)(struct socket *s, int backlog);
	struct file *(*accept)(struct socket *s, int flags, int file_flags);	/* or ERR_PTR; FLAGS: MSG_DONTWAIT */
	int (*connect)(struct socket *s, const void *name, int len, int flags);
	/* Levels other than SOL_SOCKET. get: the value's size; USER was not checked. */
	int (*getsockopt)(struct socket *s, int level, int option, union socket_value *value);
	int (*setsockopt)(struct socket *s, int level, int option, const void *user, int len);
};

/* First member of a family's own structure; file.data points at it. */
struct socket {
	const struct socket_ops *ops;
	int domain, type, protocol;
	bool listening;		/* SO_ACCEPTCONN */
	bool peer_known;	/* SO_PEERCRED tells PEER_IDS */
	s32 peer_ids[3];
	int error;		/* pending, positive: SO_ERROR */
	u32 send_room, recv_room;	/* SO_SNDBUF, SO_RCVBUF */
	ns_t send_timeout, recv_timeout;	/* FOREVER: none */
	u64 switches;		/* a bit for each SOL_SOCKET option that is on or off */
	u32 low_water;		/* SO_RCVLOWAT; 0 is 1 */
	s32 peek_from;		/* SO_PEEK_OFF + 1; 0 and below: MSG_PEEK begins at the next byte and moves nothing */
	u64 linger;
};

/* fs/socket.c */
struct file *socket_file(const struct file_ops *ops, struct socket *s, int flags);	/* NULL: memory is out */
long socket_read(struct file *f, void *buf, size_t n, u64 *pos);
long socket_write(struct file *f, const void *buf, size_t n, u64 *pos);
ns_t socket_deadline(ns_t timeout);	/* of a wait that begins now */
int socket_wait(struct waitq *q, int flags, ns_t deadline);	/* -EAGAIN when MSG_DONTWAIT or too late */
size_t iov_gather(void *to, const struct iovec *v, size_t skip, size_t n);
size_t iov_scatter(const struct iovec *v, size_t skip, const void *from, size_t n);

/* fs/socket_control.c */
void socket_control_put(struct socket_msg *m, int level, int type, const void *data, size_t n);

/* fs/socket_ioctl.c */
long socket_ioctl(unsigned long cmd, unsigned long arg);	/* of interfaces (netdevice(7)); -ENOTTY */

/* fs/socket_signal.c */
long socket_broken(int flags);		/* -EPIPE, and SIGPIPE unless MSG_NOSIGNAL */
int socket_interrupted(ns_t deadline);	/* -EINTR; with a deadline calls do not restart */

static inline int socket_flags(struct file *f, int flags)
{
	return f->flags & O_NONBLOCK ? flags | MSG_DONTWAIT : flags;
}

static inline long socket_send(struct file *f, const struct socket_msg *m, int flags)
{
	struct socket *s = f->data;

	return s->ops->send(s, m, socket_flags(f, flags));
}

static inline long socket_recv(struct file *f, struct socket_msg *m, int flags)
{
	struct socket *s = f->data;

	m->name_len = 0;
	m->flags = 0;
	return s->ops->recv(s, m, socket_flags(f, flags));
}

/* SO_PEEK_OFF: how much MSG_PEEK leaves out, and N bytes that were peeked at or taken. */
static inline size_t peek_skip(const struct socket *s, int flags)
{
	return flags & MSG_PEEK && s->peek_from > 0 ? s->peek_from - 1 : 0;
}

static inline void peek_moved(struct socket *s, int flags, size_t n)
{
	if (s->peek_from > 0)
		s->peek_from = flags & MSG_PEEK ? s->peek_from + (s32)n : max(s->peek_from - (s32)n, 1);
}

/* Takes the pending error: 0 or negative. */
static inline int socket_error(struct socket *s)
{
	int err = s->error;

	s->error = 0;
	return -err;
}

#endif
