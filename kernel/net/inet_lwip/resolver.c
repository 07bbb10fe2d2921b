/* The name server that images name in /etc/resolv.conf, 10.0.2.3, stands for the one of the network that the guest is in:
 * what DHCP says need not be written into a root file system that is only read. */
#include "lwip.h"

#define DNS	53

static const u8 alias[4] = { 10, 0, 2, 3 };

static bool known(void)
{
	static const u8 none[4];

	return memcmp(inet_config.resolver, none, 4) && memcmp(inet_config.resolver, alias, 4);
}

bool resolver_stands_for(struct hs_address *a)
{
	if (a->family != AF_INET || port_number(a) != DNS || memcmp(a->ip, alias, 4) || !known())
		return false;
	memcpy(a->ip, inet_config.resolver, 4);
	return true;
}

bool resolver_alias(struct hs_address *a)
{
	if (a->family != AF_INET || port_number(a) != DNS || !known() || memcmp(a->ip, inet_config.resolver, 4))
		return false;
	memcpy(a->ip, alias, 4);
	return true;
}
