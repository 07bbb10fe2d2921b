/* Ethernet addresses as glibc writes them: small letters, no leading zeros. */
#include <netinet/ether.h>
#include <stdio.h>

char *ether_ntoa_r(const struct ether_addr *e, char *buf)
{
	const unsigned char *o = e->ether_addr_octet;

	sprintf(buf, "%x:%x:%x:%x:%x:%x", o[0], o[1], o[2], o[3], o[4], o[5]);
	return buf;
}

char *ether_ntoa(const struct ether_addr *e)
{
	static char buf[18];

	return ether_ntoa_r(e, buf);
}
