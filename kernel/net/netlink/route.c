/* Requests of NETLINK_ROUTE (rtnetlink(7)): links, addresses and routes are listed, nothing is changed. */
#include "netlink.h"
#include "permission.h"

enum { RTM_NEWLINK = 16, RTM_GETLINK = 18, RTM_NEWADDR = 20, RTM_GETADDR = 22, RTM_NEWROUTE = 24, RTM_GETROUTE = 26, RTM_GETNEIGH = 30,
	RTM_GETRULE = 34, RTM_LAST = 127 };
#define CAP_NET_ADMIN	12
#define IFLA_ADDRESS	1
#define IFLA_BROADCAST	2
#define IFLA_IFNAME	3
#define IFLA_MTU	4
#define IFLA_QDISC	6
#define IFLA_TXQLEN	13
#define IFLA_OPERSTATE	16
#define IFLA_LINKMODE	17
#define IFLA_STATS64	23
#define IFA_ADDRESS	1
#define IFA_LOCAL	2
#define IFA_LABEL	3
#define IFA_BROADCAST	4
#define IFA_CACHEINFO	6
#define IFA_FLAGS	8
#define IFA_F_PERMANENT	0x80
#define RTA_DST		1
#define RTA_OIF		4
#define RTA_GATEWAY	5
#define RTA_PREFSRC	7
#define RTA_TABLE	15
#define TABLE_MAIN	254
#define PROT_KERNEL	2
#define PROT_BOOT	3

struct ifinfomsg { u8 family, pad; u16 type; u32 index, flags, change; };
struct ifaddrmsg { u8 family, prefix, flags, scope; u32 index; };
struct rtmsg { u8 family, dst_len, src_len, tos, table, protocol, scope, type; u32 flags; };

static void add_u32(struct reply *r, u16 type, u32 v)
{
	reply_attribute(r, type, &v, sizeof(v));
}

static void add_text(struct reply *r, u16 type, const char *s)
{
	reply_attribute(r, type, s, strlen(s) + 1);
}

static void add_link(struct reply *r, const struct interface *f)
{
	u64 stats[24] = { 0 };
	static const u8 all[6] = { 255, 255, 255, 255, 255, 255 }, none[6];
	bool lo = f->flags & IFF_LOOPBACK;
	struct ifinfomsg m = { .type = f->type, .index = f->index, .flags = f->flags };
	u32 at = reply_begin(r, RTM_NEWLINK, &m, sizeof(m));

	add_text(r, IFLA_IFNAME, f->name);
	add_u32(r, IFLA_TXQLEN, 1000);
	reply_attribute(r, IFLA_OPERSTATE, lo ? "" : "\6", 1);	/* IF_OPER_UNKNOWN, IF_OPER_UP */
	reply_attribute(r, IFLA_LINKMODE, "", 1);
	add_u32(r, IFLA_MTU, f->mtu);
	add_text(r, IFLA_QDISC, "noqueue");
	reply_attribute(r, IFLA_ADDRESS, f->mac, 6);
	reply_attribute(r, IFLA_BROADCAST, lo ? none : all, 6);
	if (f->link) {	/* struct rtnl_link_stats64 */
		memcpy(stats, f->link->packets, sizeof(f->link->packets));
		memcpy(stats + 2, f->link->bytes, sizeof(f->link->bytes));
	}
	reply_attribute(r, IFLA_STATS64, stats, sizeof(stats));
	reply_end(r, at);
}

static void add_address(struct reply *r, const struct interface_address *a)
{
	struct ifaddrmsg m = { a->family, a->prefix, IFA_F_PERMANENT, a->scope, a->index };
	static const u32 cache[4] = { ~0u, ~0u };
	u32 at = reply_begin(r, RTM_NEWADDR, &m, sizeof(m)), n = ip_bytes(a->family);

	reply_attribute(r, IFA_ADDRESS, a->ip, n);
	if (a->family == AF_INET) {
		u8 broadcast[4];
		for (u32 k = 0; k < 4; k++)
			broadcast[k] = a->ip[k] | (a->prefix >= 8 * (k + 1) ? 0 : 255 >> (a->prefix > 8 * k ? a->prefix - 8 * k : 0));
		reply_attribute(r, IFA_LOCAL, a->ip, n);
		if (a->index > 1)
			reply_attribute(r, IFA_BROADCAST, broadcast, n);
		add_text(r, IFA_LABEL, a->index > 1 ? "eth0" : "lo");
	}
	add_u32(r, IFA_FLAGS, IFA_F_PERMANENT);
	reply_attribute(r, IFA_CACHEINFO, cache, sizeof(cache));
	reply_end(r, at);
}

/* The network of A; or, GATEWAY not NULL, all others by that. */
static void add_route(struct reply *r, const struct interface_address *a, const u8 *gateway)
{
	struct rtmsg m = {
		.family = a->family, .dst_len = gateway ? 0 : a->prefix, .table = TABLE_MAIN, .protocol = gateway ? PROT_BOOT : PROT_KERNEL,
		.scope = gateway || a->family == AF_INET6 ? 0 : SCOPE_LINK, .type = 1,
	};
	u32 at = reply_begin(r, RTM_NEWROUTE, &m, sizeof(m)), n = ip_bytes(a->family);
	u8 net[16];

	add_u32(r, RTA_TABLE, TABLE_MAIN);
	for (u32 k = 0; k < n; k++)
		net[k] = a->ip[k] & (a->prefix >= 8 * (k + 1) ? 255 : ~(255 >> (a->prefix > 8 * k ? a->prefix - 8 * k : 0)));
	if (gateway)
		reply_attribute(r, RTA_GATEWAY, gateway, n);
	else
		reply_attribute(r, RTA_DST, net, n);
	if (!gateway && a->family == AF_INET)
		reply_attribute(r, RTA_PREFSRC, a->ip, n);
	add_u32(r, RTA_OIF, a->index);
	reply_end(r, at);
}

static void add_routes(struct reply *r, u8 family)
{
	struct interface_address a;

	for (u32 i = 2; interface_address_get(i, &a); i++) {
		if (family && a.family != family)
			continue;
		const u8 *gateway = a.family == AF_INET ? inet_config.gateway : inet_config.gateway6;
		static const u8 none[16];
		if (memcmp(gateway, none, ip_bytes(a.family)))
			add_route(r, &a, gateway);
		add_route(r, &a, NULL);
	}
}

/* One link, by its number or its name. */
static int find_link(struct reply *r, const u8 *data, u32 len)
{
	const struct ifinfomsg *m = (const void *)data;
	struct interface f;
	char name[16] = "";

	if (len < sizeof(*m))
		return EINVAL;
	for (u32 at = sizeof(*m); at + 4 <= len;) {
		u16 n = *(const u16 *)(data + at), type = *(const u16 *)(data + at + 2);
		if (n < 4 || n > len - at)
			break;
		if (type == IFLA_IFNAME)
			memcpy(name, data + at + 4, min(n - 4, (int)sizeof(name) - 1));
		at += align_up((u32)n, 4U);
	}
	for (u32 i = 0; interface_get(i, &f); i++)
		if (m->index ? m->index == f.index : !strcmp(name, f.name)) {
			add_link(r, &f);
			return 0;
		}
	return m->index || name[0] ? ENODEV : EINVAL;
}

int route_answer(struct reply *r, const struct nlmsghdr *h, const u8 *data, u32 len)
{
	struct interface_address a;
	struct interface f;
	u8 family = len ? data[0] : 0;
	bool dump = h->flags & NLM_F_DUMP;

	switch (h->type) {
	case RTM_GETLINK:
		if (!dump)
			return find_link(r, data, len);
		for (u32 i = 0; interface_get(i, &f); i++)
			add_link(r, &f);
		return 0;
	case RTM_GETADDR:
		for (u32 i = 0; dump && interface_address_get(i, &a); i++)
			if (!family || a.family == family)
				add_address(r, &a);
		return dump ? 0 : EOPNOTSUPP;
	case RTM_GETROUTE:
		if (dump)
			add_routes(r, family);
		return dump ? 0 : EOPNOTSUPP;
	case RTM_GETNEIGH:
	case RTM_GETRULE:
		return dump ? 0 : EOPNOTSUPP;
	}
	if (h->type >= RTM_NEWLINK && h->type <= RTM_LAST && !capable(CAP_NET_ADMIN))
		return EPERM;
	return EOPNOTSUPP;
}
