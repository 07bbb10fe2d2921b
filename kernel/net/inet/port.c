/* Ports: who has which, and whose a packet is. */
#include "inet.h"
#include "identity.h"
#include "permission.h"

#define BUCKETS		256
#define PORT_FIRST	32768	/* net.ipv4.ip_local_port_range */
#define PORT_LAST	60999
#define TIME_WAIT	60000000000UL


static struct list buckets[BUCKETS];	/* next is NULL: never used */

static struct list *bucket(const struct hs_address *a)
{
	struct list *b = &buckets[a->port[1]];

	if (!b->next)
		list_init(b);
	return b;
}

#define SO_REUSEADDR	2
#define SO_REUSEPORT	15

static bool is_on(const struct port *p, u32 option)
{
	return p->until ? option == SO_REUSEADDR ? p->reuse : p->share : container_of(p, struct inet, port)->s.switches >> option & 1;
}

/* Do packets to A's address go to B, too? */
static bool overlap(const struct port *a, const struct port *b)
{
	/* a socket of IPv6 alone has connections of IPv4 where the way out has both at one port */
	if ((a->only6 && a->at.family == AF_INET) != (b->only6 && b->at.family == AF_INET))
		return false;
	if (a->at.family == b->at.family)
		return address_any(&a->at) || address_any(&b->at) || !memcmp(a->at.ip, b->at.ip, 16);
	const struct port *six = a->at.family == AF_INET6 ? a : b;
	return address_any(&six->at) && !six->only6;
}

/* Linux's inet_bind_conflict(). */
static bool stands_in_way(const struct port *p, const struct port *q, bool unasked)
{
	if (memcmp(p->at.port, q->at.port, 2) || p->protocol != q->protocol || !overlap(p, q))
		return false;
	bool shared = is_on(p, SO_REUSEPORT) && is_on(q, SO_REUSEPORT) && (q->until || p->uid == q->uid);
	if (is_on(p, SO_REUSEADDR) && is_on(q, SO_REUSEADDR) && !q->listening)
		return unasked && !shared;
	return !shared;
}

bool port_conflict(const struct inet *i, bool unasked)
{
	struct list *b = bucket(&i->port.at), *next;
	ns_t now = 0;

	for (struct list *l = b->next; l != b; l = next) {
		struct port *q = container_of(l, struct port, link);
		next = l->next;
		if (q->until) {
			if (q->until <= (now ? now : (now = now_monotonic()))) {
				list_remove(l);
				kfree(q);
				continue;
			}
		}
		if (q != &i->port && stands_in_way(&i->port, q, unasked))
			return true;
	}
	return false;
}

/* Those that listen come first: there may be many connections of their port. */
void port_add(struct inet *i)
{
	struct list *b = bucket(&i->port.at);

	i->port.uid = identity()->user.effective;
	list_remove(&i->port.link);
	list_insert(i->port.listening ? b : b->prev, &i->port.link);
}

void port_move(struct inet *i, const struct hs_address *at)
{
	i->port.at = *at;
	port_add(i);
}

int port_auto(struct inet *i)
{
	u32 n = PORT_LAST - PORT_FIRST + 1;
	u16 at;

	if (has_port(i))
		return 0;
	random_bytes(&at, sizeof(at));
	for (u32 k = 0; k < n; k++) {
		port_set(&i->port.at, PORT_FIRST + (at + k) % n);
		if (!port_conflict(i, true)) {
			port_add(i);
			return 0;
		}
	}
	port_set(&i->port.at, 0);
	return -EADDRINUSE;
}

int port_take(struct inet *i)
{
	if (!port_number(&i->port.at))
		return port_auto(i);
	if (port_conflict(i, false))
		return -EADDRINUSE;
	port_add(i);
	return 0;
}

/* One for all connections that ended at the same place: until when the last one's stays. */
static void wait_time(struct port *p)
{
	p->reuse = is_on(p, SO_REUSEADDR);
	p->share = is_on(p, SO_REUSEPORT);
	struct list *b = bucket(&p->at);
	struct port *q;

	list_each(q, b, link)
		if (q->until && q->reuse == p->reuse && same_address(&q->at, &p->at)) {
			q->until = now_monotonic() + TIME_WAIT;
			return;
		}
	if (!(q = kmalloc(sizeof(*q))))
		return;
	*q = *p;
	q->listening = false;
	q->until = now_monotonic() + TIME_WAIT;
	list_init(&q->link);
	list_append(b, &q->link);
}

void port_drop(struct inet *i)
{
	list_remove(&i->port.link);
	if (i->active && i->fixed_port)
		wait_time(&i->port);
	i->active = false;
}

void port_each(void (*f)(struct inet *i, void *arg), void *arg)
{
	struct port *p;

	for (u32 k = 0; k < BUCKETS; k++)
		if (buckets[k].next)
			list_each(p, &buckets[k], link)
				if (!p->until)
					f(container_of(p, struct inet, port), arg);
}

u32 port_suits(const struct inet *i, const struct hs_address *to, const struct hs_address *from)
{
	const struct hs_address *at = &i->port.at;
	u32 n = 1;

	if (at->family != to->family) {
		if (at->family == AF_INET || !address_any(at) || i->port.only6)
			return 0;
	} else if (!address_any(at)) {
		if (memcmp(at->ip, to->ip, 16))
			return 0;
		n += 2;
	} else {
		n++;
	}
	if (!port_number(&i->peer))
		return n;
	return same_address(&i->peer, from) ? n + 4 : 0;
}

struct inet *port_find(const struct hs_address *to, int protocol, const struct hs_address *from)
{
	struct list *b = bucket(to);
	struct inet *best = NULL;
	struct port *p;
	u32 most = 0, same = 0;
	/* SO_REUSEPORT: whose turn it is, the sender decides */
	u32 turn = from->port[0] * 31 + from->port[1] * 7 + from->ip[3] + from->ip[15];

	list_each(p, b, link) {
		if (protocol == IPPROTO_TCP && !p->listening)
			break;
		if (p->until || p->protocol != protocol || memcmp(p->at.port, to->port, 2))
			continue;
		struct inet *i = container_of(p, struct inet, port);
		u32 n = port_suits(i, to, from);
		if (!n || n < most)
			continue;
		if (n > most)
			same = 0;
		most = n;
		/* the last of those who are equal, or with SO_REUSEPORT each of N with the same chance */
		if (!same++ || (is_on(p, SO_REUSEPORT) ? turn % same == same - 1 : protocol != IPPROTO_TCP))
			best = i;
	}
	return best;
}
