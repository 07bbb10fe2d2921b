/* Sockets of the family AF_NETLINK: net/netlink has them. */
#include "interface.h"

struct file;
struct text;

/* A new one, which is not in the table of descriptors yet, or ERR_PTR. FLAGS: O_NONBLOCK. */
INTERFACE(struct file *, netlink_socket, (int type, int protocol, int flags), (type, protocol, flags), ERR_PTR(-EAFNOSUPPORT))

/* The lines of /proc/net/dev, route, if_inet6. */
INTERFACE_OF_LOADED(void, interface_list, (struct text *t, int which), (t, which), )
