/* The lines of /proc/net (proc_pid_net(5)). */
#include "af_netlink.h"
#include "netlink.h"
#include "vfs.h"

const char interface_list_file[1];

static void show_devices(struct text *t)
{
	struct interface f;

	text_printf(t, "Inter-|   Receive                                                |  Transmit\n"
		" face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n");
	for (u32 i = 0; interface_get(i, &f); i++) {
		const struct inet_link none = { .up = false }, *l = f.link ? f.link : &none;
		text_printf(t, "%s%s: %7lu %7lu %4u %4u %4u %5u %10u %9u %8lu %7lu %4u %4u %4u %5u %7u %10u\n", "      " + strlen(f.name), f.name,
			l->bytes[0], l->packets[0], 0, 0, 0, 0, 0, 0, l->bytes[1], l->packets[1], 0, 0, 0, 0, 0, 0);
	}
}

static u32 word(const u8 *ip) { return ip[0] | ip[1] << 8 | ip[2] << 16 | (u32)ip[3] << 24; }

static void show_routes(struct text *t)
{
	struct interface_address a;

	text_printf(t, "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n");
	if (!interface_address_get(2, &a) || a.family != AF_INET)
		return;
	u32 mask = a.prefix ? ~0u << (32 - a.prefix) : 0;
	mask = __builtin_bswap32(mask);
	if (word(inet_config.gateway))
		text_printf(t, "eth0\t%08x\t%08x\t%04x\t%d\t%u\t%d\t%08x\t%d\t%u\t%u\n", 0, word(inet_config.gateway), 3, 0, 0, 0, 0, 0, 0, 0);
	text_printf(t, "eth0\t%08x\t%08x\t%04x\t%d\t%u\t%d\t%08x\t%d\t%u\t%u\n", word(a.ip) & mask, 0, 1, 0, 0, 0, mask, 0, 0, 0);
}

static void show_addresses6(struct text *t)
{
	struct interface_address a;

	for (u32 i = 0; interface_address_get(i, &a); i++) {
		if (a.family != AF_INET6)
			continue;
		for (u32 k = 0; k < 16; k++)
			text_printf(t, "%02x", a.ip[k]);
		text_printf(t, " %02x %02x %02x %02x %s%s\n", a.index, a.prefix, a.scope == SCOPE_LINK ? 0x20 : a.index > 1 ? 0 : 0x10, 0x80, a.index > 1 ? "    " : "      ", a.index > 1 ? "eth0" : "lo");
	}
}

bool interface_facts(u32 i, struct interface_facts *out)
{
	struct interface f;

	if (!interface_get(i, &f))
		return false;
	*out = (struct interface_facts){ .index = f.index, .flags = f.flags, .mtu = f.mtu, .type = f.type, .counted = f.link };
	memcpy(out->name, f.name, strlen(f.name));
	memcpy(out->mac, f.mac, sizeof(f.mac));
	if (f.link) {
		memcpy(out->packets, f.link->packets, sizeof(out->packets));
		memcpy(out->bytes, f.link->bytes, sizeof(out->bytes));
	}
	return true;
}
IMPLEMENT(interface_facts);

void interface_list(struct text *t, int which)
{
	static void (*const show[])(struct text *t) = { show_devices, show_routes, show_addresses6 };

	show[which](t);
}
IMPLEMENT(interface_list);
