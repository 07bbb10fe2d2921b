/* The card's addresses: by DHCP and router advertisements (RFC 2131, 4862), or as the command line says.
 *
 *	ip=ADDRESS::GATEWAY:NETMASK:HOSTNAME:DEVICE:AUTOCONF:DNS	as Linux has it; ip=dhcp, ip=off
 *	uk.ip6=ADDRESS/PREFIX[,GATEWAY]	or off
 *
 * The first socket that needs the card waits until there is an address. */
#include "driver.h"
#include "lwip.h"

#define PATIENCE	10000000000UL	/* ns */
#define PATIENCE6	3000000000UL
#define ROUTER_PATIENCE	1000000000UL	/* for the first word of a router */

static bool started, ready, broken;
static bool four, six;		/* wanted */
static ns_t limit;
static struct waitq ready_q = WAITQ_INIT(ready_q);
static ns_t begun;
static bool global6;		/* inet_config.address6 is one that a router gave, or the command line */


static u32 prefix_of(u32 mask)
{
	return mask ? 32 - __builtin_ctz(__builtin_bswap32(mask)) : 0;
}

/* The one that others know: one that a router gave, or else the link's own. */
static void choose6(void)
{
	bool global = false;

	memset(inet_config.address6, 0, 16);
	for (u32 k = 0; k < LWIP_IPV6_NUM_ADDRESSES && !global; k++) {
		if (!ip6_addr_isvalid(netif_ip6_addr_state(&card_netif, k)))
			continue;
		memcpy(inet_config.address6, netif_ip6_addr(&card_netif, k), 16);
		global = k > 0;
	}
	global6 = global;
	inet_config.prefix6 = 64;
	memset(inet_config.gateway6, 0, 16);
	for (u32 k = 0; global && k < LWIP_ND6_NUM_ROUTERS; k++)
		if (default_router_list[k].neighbor_entry) {
			memcpy(inet_config.gateway6, &default_router_list[k].neighbor_entry->next_hop_address, 16);
			break;
		}
}

void config_changed(struct netif *n)
{
	memcpy(inet_config.address, netif_ip4_addr(n), 4);
	memcpy(inet_config.gateway, netif_ip4_gw(n), 4);
	inet_config.prefix = prefix_of(netif_ip4_netmask(n)->addr);
	choose6();
	static const u8 none[16];
	if (four ? memcmp(inet_config.address, none, 4) : memcmp(inet_config.gateway6, none, 16))
		ready = true;
	wake_all(&ready_q);
}

/* lwIP's, which has no resolver here: the program has one. */
void dns_setserver(u8_t index, const ip_addr_t *a)
{
	if (index || !a)
		return;
	if (IP_IS_V4(a))
		memcpy(inet_config.resolver, ip_2_ip4(a), 4);
	else
		memcpy(inet_config.resolver6, ip_2_ip6(a), 16);
}

/* Of these a router may withdraw one. */
const ip_addr_t *dns_getserver(u8_t index)
{
	static ip_addr_t a;

	(void)index;
	memcpy(&a, inet_config.resolver6, 16);
	IP_SET_TYPE_VAL(a, IPADDR_TYPE_V6);
	return &a;
}

/* The N-th of the words of S, which colons part; its length. */
static u32 field(const char *s, u32 n, char out[48])
{
	u32 len = 0;

	for (; n; n--) {
		while (*s && *s != ':')
			s++;
		if (!*s)
			break;
		s++;
	}
	for (; !n && s[len] && s[len] != ':' && len < 47; len++)
		out[len] = s[len];
	out[len] = 0;
	return len;
}

static bool set_static4(const char *s)
{
	char text[48];
	ip4_addr_t a, mask, gateway = { 0 };
	ip_addr_t dns;

	if (!field(s, 0, text) || !ip4addr_aton(text, &a))
		return false;
	IP4_ADDR(&mask, 255, 255, 255, 0);
	if (field(s, 3, text) && !ip4addr_aton(text, &mask))
		return false;
	if (field(s, 2, text) && !ip4addr_aton(text, &gateway))
		return false;
	if (field(s, 7, text) && ip4addr_aton(text, ip_2_ip4(&dns))) {
		IP_SET_TYPE_VAL(dns, IPADDR_TYPE_V4);
		dns_setserver(0, &dns);
	}
	netif_set_addr(&card_netif, &a, &mask, &gateway);
	return true;
}

static void begin4(void)
{
	const char *s = cmdline_get(CMD_IP, 0);
	char how[48];

	four = true;
	if (!s || !strcmp(s, "dhcp") || !strcmp(s, "on") || !strcmp(s, "any")) {
		dhcp_start(&card_netif);
		return;
	}
	if (!strcmp(s, "off") || !strcmp(s, "none")) {
		four = false;
		return;
	}
	if (field(s, 6, how) && !strcmp(how, "dhcp"))
		dhcp_start(&card_netif);
	else if (!set_static4(s)) {
		four = false;
		kprintf("ip=%s: not ADDRESS::GATEWAY:NETMASK::: or dhcp or off\n", s);
	}
}

static bool set_static6(const char *s)
{
	char text[48];
	ip6_addr_t a;
	u32 n = 0;

	for (; s[n] && s[n] != '/' && s[n] != ',' && n < sizeof(text) - 1; n++)
		text[n] = s[n];
	text[n] = 0;
	if (!ip6addr_aton(text, &a))
		return false;
	netif_ip6_addr_set(&card_netif, 1, &a);
	netif_ip6_addr_set_state(&card_netif, 1, IP6_ADDR_PREFERRED);
	return true;
}

static void begin6(void)
{
	const char *s = cmdline_get(CMD_IP6, 0);

	if (s && !strcmp(s, "off"))
		return;
	six = true;
	netif_create_ip6_linklocal_address(&card_netif, 1);
	netif_set_ip6_autoconfig_enabled(&card_netif, !s);
	if (s && !set_static6(s))
		kprintf(CMD_IP6 "=%s: not ADDRESS/PREFIX or off\n", s);
}

static bool has_router(void)
{
	for (u32 k = 0; k < LWIP_ND6_NUM_ROUTERS; k++)
		if (default_router_list[k].neighbor_entry)
			return true;
	return false;
}

/* A router that has spoken gives an address, which is nobody else's only after a second (RFC 4862, 5.4). One that says nothing
 * is not waited for: most programs ask for IPv6 because a name has an address of it. */
static void await6(void)
{
	for (;;) {
		ns_t until = begun + (has_router() ? PATIENCE6 : ROUTER_PATIENCE);
		if (global6 || now_monotonic() >= until)
			return;
		if (wait_on(&ready_q, until, true) && now_monotonic() < until)
			return;		/* a signal */
	}
}

void config_begin(void)
{
	inet_config.version = HS_VERSION;
	begin6();
	begin4();
	begun = now_monotonic();
	limit = begun + (four ? PATIENCE : six ? PATIENCE6 : 0);
	if (six) {
		nd6_tmr();	/* asks routers, and for duplicates, at once */
		inet_await6 = await6;
	}
}

static void await(void)
{
	while (!ready && !wait_on(&ready_q, limit, true)) {
	}
	if (!ready && four && now_monotonic() >= limit)
		kprintf("eth0: nobody has answered DHCP for 10 seconds; it goes on without an address until somebody does\n");
	ready = true;
}

const struct inet_way *card_way_out(void)
{
	if (!started) {
		started = true;
		if (!card_start()) {
			kprintf("eth0: no memory for the network\n");
			broken = true;
		}
	}
	if (broken)
		return NULL;
	if (!ready)
		await();
	return &lwip_way;
}
