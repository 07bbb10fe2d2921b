/* What interfaces there are. */
#include "interface.h"

#define ARPHRD_ETHER	1
#define ARPHRD_LOOPBACK	772
#define SCOPE_HOST	254
#define ETHER_MTU	1500

bool interface_get(u32 i, struct interface *out)
{
	if (!i) {
		*out = (struct interface){ "lo", 1, IFF_UP | IFF_LOOPBACK | IFF_RUNNING | IFF_LOWER_UP, 65536, ARPHRD_LOOPBACK };
		return true;
	}
	if (i > 1 || !inet_out())
		return false;
	/* an address of an Ethernet card that nobody was given: made of that of IPv4 */
	*out = (struct interface){
		"eth0", 2, IFF_UP | IFF_BROADCAST | IFF_RUNNING | IFF_MULTICAST | IFF_LOWER_UP, ETHER_MTU, ARPHRD_ETHER, { 2, 0 },
	};
	memcpy(out->mac + 2, inet_config.address, 4);
	return true;
}

u32 ip_bytes(u16 family) { return family == AF_INET ? 4 : 16; }

bool interface_address_get(u32 i, struct interface_address *out)
{
	bool four = !(i & 1), lo = i < 2;

	if (i > 3 || (!lo && !inet_out()))
		return false;
	*out = (struct interface_address){ .index = lo ? 1 : 2, .family = four ? AF_INET : AF_INET6, .scope = lo ? SCOPE_HOST : 0 };
	if (lo) {
		out->prefix = four ? 8 : 128;
		out->ip[0] = four ? 127 : 0;
		out->ip[four ? 3 : 15] = 1;
		return true;
	}
	out->prefix = four ? inet_config.prefix : inet_config.prefix6;
	memcpy(out->ip, four ? inet_config.address : inet_config.address6, ip_bytes(out->family));
	return true;
}
