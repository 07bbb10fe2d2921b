/* Network interfaces: lo, and eth0 when the machine has a way out. */
#ifndef INET_INTERFACE_H
#define INET_INTERFACE_H

#include "inet.h"

struct interface {
	const char *name;
	u32 index, flags, mtu;
	u16 type;		/* ARPHRD_* */
	u8 mac[6];
	const struct inet_link *link;	/* NULL: nothing is counted */
};
#define IFF_UP		1
#define IFF_BROADCAST	2
#define IFF_LOOPBACK	8
#define IFF_RUNNING	0x40
#define IFF_MULTICAST	0x1000
#define IFF_LOWER_UP	0x10000

#define SCOPE_LINK	253	/* RT_SCOPE_LINK */

struct interface_address {
	u32 index;
	u16 family;
	u8 prefix, scope;
	u8 ip[16];
};

/* interface.c: the I-th; false: there are not as many. */
bool interface_get(u32 i, struct interface *out);
bool interface_address_get(u32 i, struct interface_address *out);
u32 ip_bytes(u16 family);

#endif
