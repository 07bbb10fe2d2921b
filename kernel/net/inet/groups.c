/* Groups (multicast; ip(7), ipv6(7), RFC 1112): who has joined which, at which interface, and whom a datagram to one is for.
 * A kernel has this file if its program may ask for groups. What others send comes by a card; lo has IPv4's alone, as on Linux. */
#include "interface.h"
#include "option.h"

const char inet_groups_file[1];

#define IP_MULTICAST_IF		32
#define IP_ADD_MEMBERSHIP	35
#define IP_DROP_MEMBERSHIP	36
#define IPV6_MULTICAST_IF	17
#define IPV6_ADD_MEMBERSHIP	20
#define IPV6_DROP_MEMBERSHIP	21
#define MCAST_JOIN_GROUP	42
#define MCAST_LEAVE_GROUP	45
#define MEMBERSHIPS_MAX		20	/* net.ipv4.igmp_max_memberships */
#define LO			1

struct membership {
	struct list link, all;		/* with the socket's others, and with everybody's */
	struct hs_address group;
	u8 named[4];			/* IPv4: the interface's address, if that was how it was named */
	u32 index;
};

struct inet_groups {
	struct list own;
	u32 count;			/* of IPv4 */
	u32 out, out6;			/* interfaces to send by; 0: whichever leads there */
	u8 out_address[4];
};

static struct list everybody = LIST_INIT(everybody);

/* --- interfaces --- */

static bool has_index(u32 index)
{
	struct interface f;

	return index && interface_get(index - 1, &f);
}

/* 0: nobody has IP. */
static u32 index_of(const u8 *ip)
{
	struct hs_address a = { .family = AF_INET };

	memcpy(a.ip, ip, 4);
	return address_loopback(&a) ? LO : address_local(&a) ? LO + 1 : 0;
}

static bool is_zero(const u8 *ip) { return !(ip[0] | ip[1] | ip[2] | ip[3]); }

/* Which leads to a group, by the routes. */
static u32 default_index(void) { return has_index(LO + 1) ? LO + 1 : 0; }

int inet_group_route(const struct inet *i, const struct hs_address *to)
{
	bool four = to->family == AF_INET;
	u32 index = four ? 0 : to->scope;

	if (!index && i->groups)
		index = four ? i->groups->out : i->groups->out6;
	if (!index && i->device)
		index = i->device;
	if (!index && four && i->port.at.family == AF_INET && !address_any(&i->port.at) && !address_group(&i->port.at))
		index = index_of(i->port.at.ip);
	if (!index)
		index = default_index();
	if (index == LO && four)
		return 0;
	return index > LO && has_index(index) ? 1 : -ENETUNREACH;
}

/* --- joining --- */

static struct inet_groups *groups_of(struct inet *i)
{
	if (!i->groups && (i->groups = kzalloc(sizeof(*i->groups))))
		list_init(&i->groups->own);
	inet_to_group = inet_group_deliver;
	return i->groups;
}

/* What others send to it comes from the way out. */
static int tell_out(const struct membership *m, bool join)
{
	if (m->index == LO)
		return 0;
	const struct inet_way *out = inet_out();
	return out && out->group ? out->group(&m->group, join) : -ENODEV;
}

static void drop(struct inet *i, struct membership *m)
{
	tell_out(m, false);
	list_remove(&m->link);
	list_remove(&m->all);
	i->groups->count -= m->group.family == AF_INET;
	kfree(m);
}

static int join(struct inet *i, const struct membership *want)
{
	bool four = want->group.family == AF_INET;
	struct inet_groups *g = groups_of(i);
	struct membership *m;

	if (!g)
		return -ENOBUFS;
	list_each(m, &g->own, link)
		if (!memcmp(&m->group, &want->group, sizeof(m->group)) && m->index == want->index)
			return -EADDRINUSE;
	if (four && g->count >= MEMBERSHIPS_MAX)
		return -ENOBUFS;
	if (!(m = kmalloc(sizeof(*m))))
		return -ENOBUFS;
	*m = *want;
	int err = tell_out(m, true);
	if (err) {
		kfree(m);
		return err;
	}
	list_append(&g->own, &m->link);
	list_append(&everybody, &m->all);
	g->count += four;
	return 0;
}

/* INDEX 0: at whichever interface, or with IPv4 at that of the address that NAMED has. */
static int leave(struct inet *i, const struct hs_address *group, u32 index, const u8 *named)
{
	struct membership *m;

	if (i->groups)
		list_each(m, &i->groups->own, link) {
			if (memcmp(&m->group, group, sizeof(*group)) || (index && m->index != index))
				continue;
			if (!index && named && !is_zero(named) && memcmp(m->named, named, 4))
				continue;
			drop(i, m);
			return 0;
		}
	return -EADDRNOTAVAIL;
}

void inet_groups_free(struct inet *i)
{
	struct inet_groups *g = i->groups;

	if (!g)
		return;
	while (!list_empty(&g->own))
		drop(i, list_first(&g->own, struct membership, link));
	i->groups = NULL;
	kfree(g);
}

/* --- options --- */

struct mreqn { u8 group[4], address[4]; s32 index; };	/* struct ip_mreqn; ip_mreq is without an index */
struct mreq6 { u8 group[16]; u32 index; };		/* struct ipv6_mreq */
struct group_req { u32 index, pad; union { u16 family; struct sockaddr_in four; struct sockaddr_in6 six; u8 room[128]; } group; };
_Static_assert(sizeof(struct group_req) == 136, "that of Linux");

/* Linux's ip_mc_find_dev(). */
static u32 find4(const struct mreqn *r)
{
	if (r->index)
		return has_index(r->index) ? r->index : 0;
	return is_zero(r->address) ? default_index() : index_of(r->address);
}

static int member4(struct inet *i, const struct mreqn *r, bool joins)
{
	struct membership m = { .group = { .family = AF_INET }, .index = find4(r) };

	memcpy(m.group.ip, r->group, 4);
	memcpy(m.named, r->address, 4);
	if (joins)
		return !address_multicast(&m.group) ? -EINVAL : m.index ? join(i, &m) : -ENODEV;
	if (!r->index && is_zero(r->address) && !m.index)
		return -ENODEV;
	return leave(i, &m.group, m.index ? m.index : (u32)r->index, r->address);
}

static int member6(struct inet *i, const u8 *ip, u32 index, bool joins)
{
	struct membership m = { .group = { .family = AF_INET6 }, .index = index };

	memcpy(m.group.ip, ip, 16);
	if (!address_multicast(&m.group))
		return -EINVAL;
	if (!joins)
		return leave(i, &m.group, index, NULL);
	if (!index) {
		struct membership *o;
		if (i->groups)
			list_each(o, &i->groups->own, link)
				if (!memcmp(&o->group, &m.group, sizeof(m.group)))
					return -EADDRINUSE;
		m.index = default_index();
	}
	return has_index(m.index) ? join(i, &m) : -ENODEV;
}

static int out4(struct inet *i, const struct mreqn *r)
{
	struct inet_groups *g = groups_of(i);
	u32 index = r->index ? (u32)r->index : is_zero(r->address) ? 0 : index_of(r->address);

	if (!g)
		return -ENOBUFS;
	if ((r->index || !is_zero(r->address)) && !has_index(index))
		return -EADDRNOTAVAIL;
	g->out = index;
	memcpy(g->out_address, r->address, 4);
	return 0;
}

static int set4(struct inet *i, int name, const void *user, int len)
{
	struct mreqn r = { .index = 0 };
	bool out = name == IP_MULTICAST_IF;

	if (is_stream(i))
		return out ? -EINVAL : -EPROTO;
	if (len < (out ? 4 : 8))
		return -EINVAL;
	int n = len >= (int)sizeof(r) ? (int)sizeof(r) : len >= 8 ? 8 : 4;
	CHECK_READ(user, n);
	memcpy(n == 4 ? r.address : (u8 *)&r, user, n);
	return out ? out4(i, &r) : member4(i, &r, name == IP_ADD_MEMBERSHIP);
}

static int set6(struct inet *i, int name, const void *user, int len)
{
	const struct mreq6 *r = user;

	if (name == IPV6_MULTICAST_IF) {
		if (is_stream(i))
			return -ENOPROTOOPT;
		if (len < (int)sizeof(u32))
			return -EINVAL;
		CHECK_READ(user, sizeof(u32));
		u32 index = *(const u32 *)user;
		if (index && !has_index(index))
			return -ENODEV;
		struct inet_groups *g = groups_of(i);
		return g ? (g->out6 = index, 0) : -ENOBUFS;
	}
	if (len < (int)sizeof(*r))
		return -EINVAL;
	if (is_stream(i))
		return -EPROTO;
	CHECK_READ(user, sizeof(*r));
	struct mreq6 copy = *r;
	return member6(i, copy.group, copy.index, name == IPV6_ADD_MEMBERSHIP);
}

/* RFC 3678: the same for both families. */
static int set_any(struct inet *i, int level, int name, const void *user, int len)
{
	bool joins = name == MCAST_JOIN_GROUP;

	if (len < (int)sizeof(struct group_req))
		return -EINVAL;
	CHECK_READ(user, sizeof(struct group_req));
	struct group_req r = *(const struct group_req *)user;
	if (level == SOL_IPV6)
		return r.group.family == AF_INET6 ? member6(i, r.group.six.ip, r.index, joins) : -EADDRNOTAVAIL;
	struct mreqn m = { .index = r.index };
	memcpy(m.group, r.group.four.ip, 4);
	return r.group.family == AF_INET ? member4(i, &m, joins) : -EINVAL;
}

int inet_group_set(struct inet *i, int level, int name, const void *user, int len)
{
	bool any = name == MCAST_JOIN_GROUP || name == MCAST_LEAVE_GROUP;

	if (level == SOL_IP && (name == IP_MULTICAST_IF || name == IP_ADD_MEMBERSHIP || name == IP_DROP_MEMBERSHIP))
		return set4(i, name, user, len);
	if (level == SOL_IPV6 && i->s.domain == AF_INET6 && (name == IPV6_MULTICAST_IF || name == IPV6_ADD_MEMBERSHIP || name == IPV6_DROP_MEMBERSHIP))
		return set6(i, name, user, len);
	if (any && (level == SOL_IP || (level == SOL_IPV6 && i->s.domain == AF_INET6)))
		return set_any(i, level, name, user, len);
	return 1;
}

/* The value's size, or an error. */
int inet_group_get(const struct inet *i, int level, int name, void *v)
{
	const struct inet_groups *g = i->groups;

	memset(v, 0, 4);
	if (level == SOL_IP && name == IP_MULTICAST_IF) {
		if (g)
			memcpy(v, g->out_address, 4);
		return 4;
	}
	if (level == SOL_IPV6 && name == IPV6_MULTICAST_IF) {
		if (g)
			memcpy(v, &g->out6, 4);
		return 4;
	}
	return -ENOPROTOOPT;
}

/* --- datagrams --- */

/* Those whose every host is a member. */
static bool of_all_hosts(const struct hs_address *a)
{
	static const u8 four[16] = { 224, 0, 0, 1 }, link[16] = { 0xff, 2, [15] = 1 }, node[16] = { 0xff, 1, [15] = 1 };

	return !memcmp(a->ip, four, 16) || !memcmp(a->ip, link, 16) || !memcmp(a->ip, node, 16);
}

static bool same_group(const struct membership *m, const struct hs_address *to)
{
	return m->group.family == to->family && !memcmp(m->group.ip, to->ip, 16);
}

struct delivery {
	const struct packet *p;
	u32 index;
	u8 protocol;
};

/* Linux's ip_mc_sf_allow() and inet6_mc_check(): who has joined gets it, and with IP_MULTICAST_ALL who has not, too. */
static bool wants(const struct inet *i, const struct delivery *d)
{
	const struct hs_address *to = &d->p->to;
	struct membership *m;
	bool four = to->family == AF_INET;

	if (i->groups)
		list_each(m, &i->groups->own, link)
			if (same_group(m, to) && (!four || m->index == d->index))
				return true;
	return option_of(i, four ? KNOW_MCAST_ALL : KNOW_MCAST_ALL6) ^ 1;
}

static void give(struct inet *i, void *arg)
{
	const struct delivery *d = arg;
	const struct packet *p = d->p;

	if (i->port.protocol != d->protocol || memcmp(i->port.at.port, p->to.port, 2) || (i->device && i->device != d->index))
		return;
	if (!port_suits(i, &p->to, (const struct hs_address *)p->data) || !wants(i, d))
		return;
	struct packet *copy = inet_packet(p->len);
	if (!copy)
		return;
	memcpy(copy->data, p->data, p->len);
	copy->to = p->to;
	copy->ttl = p->ttl;
	copy->tos = p->tos;
	copy->interface = d->index;
	udp_deliver(i, copy);
}

bool inet_group_send(struct inet *i, struct packet *p, u8 ttl, int way)
{
	bool four = p->to.family == AF_INET;
	struct hs_address *from = (struct hs_address *)p->data;

	p->ttl = ttl ? ttl : option_of(i, four ? KNOW_MCAST_TTL : KNOW_MCAST_HOPS) ^ 1;
	if (!way) {		/* lo brings back what it is given, whatever IP_MULTICAST_LOOP says */
		if (from->ip[0] != 127)
			memcpy(from->ip, (const u8[]){ 127, 0, 0, 1 }, 4);
		inet_group_deliver(p, i->port.protocol, LO);
	} else if (!option_of(i, i->s.domain == AF_INET ? KNOW_MCAST_LOOP : KNOW_MCAST_LOOP6)) {
		inet_group_deliver(p, i->port.protocol, LO + 1);
	}
	bool stays = !way || !p->ttl;
	if (stays)
		kfree(p);
	return stays;
}

void inet_group_deliver(const struct packet *p, u8 protocol, u32 index)
{
	struct delivery d = { p, index, protocol };
	struct membership *m;
	bool here = of_all_hosts(&p->to);

	list_each(m, &everybody, all)
		here |= same_group(m, &p->to) && m->index == index;
	if (here)
		port_each(give, &d);
}
