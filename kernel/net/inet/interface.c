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
	if (!inet_link)
		return true;
	memcpy(out->mac, inet_link->mac, 6);
	out->mtu = inet_link->mtu;
	out->link = inet_link;
	if (!inet_link->up)
		out->flags &= ~(IFF_RUNNING | IFF_LOWER_UP);
	return true;
}

u32 ip_bytes(u16 family) { return family == AF_INET ? 4 : 16; }

static const struct interface_address lo[] = {
	{ 1, AF_INET, 8, SCOPE_HOST, { 127, 0, 0, 1 } },
	{ 1, AF_INET6, 128, SCOPE_HOST, { [15] = 1 } },
};

/* eth0's of FAMILY, if it has one. */
static bool has_address(u16 family, struct interface_address *out)
{
	static const u8 none[16];
	bool four = family == AF_INET;

	*out = (struct interface_address){ .index = 2, .family = family, .prefix = four ? inet_config.prefix : inet_config.prefix6 };
	memcpy(out->ip, four ? inet_config.address : inet_config.address6, ip_bytes(family));
	if (!four && out->ip[0] == 0xfe && out->ip[1] == 0x80)
		out->scope = SCOPE_LINK;
	return memcmp(out->ip, none, 16);
}

bool interface_address_get(u32 i, struct interface_address *out)
{
	if (i < array_len(lo)) {
		*out = lo[i];
		return true;
	}
	if (i > 3 || !inet_out())
		return false;
	bool four = has_address(AF_INET, out);
	if (i == 2 && four)
		return true;
	return (i == 3) == four && has_address(AF_INET6, out);
}
