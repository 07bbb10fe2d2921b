/* Sockets of the family AF_NETLINK: net/netlink has them. */
#include "interface.h"

struct file;
struct text;

/* A new one, which is not in the table of descriptors yet, or ERR_PTR. FLAGS: O_NONBLOCK. */
INTERFACE(struct file *, netlink_socket, (int type, int protocol, int flags), (type, protocol, flags), ERR_PTR(-EAFNOSUPPORT))

/* The lines of /proc/net/dev, route, if_inet6. */
INTERFACE_OF_LOADED(void, interface_list, (struct text *t, int which), (t, which), )

/* The I-th interface, for /sys/class/net; false: there are not as many. */
struct interface_facts {
	char name[16];
	u32 index, flags, mtu;
	u16 type;
	u8 mac[6];
	bool counted;			/* what follows is: received, sent */
	u64 packets[2], bytes[2];
};
INTERFACE_OF_LOADED(bool, interface_facts, (u32 i, struct interface_facts *out), (i, out), false)
