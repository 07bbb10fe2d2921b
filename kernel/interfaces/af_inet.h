/* Sockets of the families AF_INET and AF_INET6: net/inet has them. Each call is a function of its own, not one of struct
 * socket_ops, so that a kernel holds what its program calls. They refuse sockets of other families. */
#include "interface.h"

#ifndef ENOPROTOOPT
#define ENOPROTOOPT	92
#endif

struct file;
struct socket;
struct socket_msg;
struct text;
union socket_value;

/* A new one, which is not in the table of descriptors yet, or ERR_PTR. FLAGS: O_NONBLOCK. */
INTERFACE(struct file *, inet_socket, (int family, int type, int protocol, int flags), (family, type, protocol, flags), ERR_PTR(-EAFNOSUPPORT))

/* Ancillary data: what M has of it for a datagram that is to be sent, 0 or -errno; what M says of one that came. */
INTERFACE_OF_LOADED(int, inet_control_take, (struct socket *s, struct socket_msg *m), (s, m), -EOPNOTSUPP)
INTERFACE_OF_LOADED(void, inet_control_put, (struct socket *s, struct socket_msg *m), (s, m), )

/* ioctl(2) of a socket, of whatever family, that asks for interfaces (netdevice(7)). */
INTERFACE(long, interface_ioctl, (unsigned long cmd, unsigned long arg), (cmd, arg), -ENOTTY)

/* The lines of /proc/net/tcp, tcp6, udp, udp6, udplite, udplite6. */
INTERFACE_OF_LOADED(void, inet_list, (struct text *t, int which), (t, which), )

/* As those of struct socket_ops. */
INTERFACE_OF_LOADED(int, inet_bind, (struct socket *s, const void *name, int len), (s, name, len), -EOPNOTSUPP)
INTERFACE_OF_LOADED(int, inet_listen, (struct socket *s, int backlog), (s, backlog), -EOPNOTSUPP)
INTERFACE_OF_LOADED(struct file *, inet_accept, (struct socket *s, int flags, int file_flags), (s, flags, file_flags), ERR_PTR(-EOPNOTSUPP))
INTERFACE_OF_LOADED(int, inet_getsockopt, (struct socket *s, int level, int name, union socket_value *v), (s, level, name, v), level == 1 ? -ENOPROTOOPT : -EOPNOTSUPP)
INTERFACE_OF_LOADED(int, inet_setsockopt, (struct socket *s, int level, int name, const void *user, int len), (s, level, name, user, len), level == 1 ? -ENOPROTOOPT : -EOPNOTSUPP)
INTERFACE_OF_LOADED(int, inet_connect, (struct socket *s, const void *name, int len, int flags), (s, name, len, flags), -EOPNOTSUPP)
