/* Which socket a packet is for: the one that is connected to its sender, else the one that its port belongs to. */
#include "vsock.h"

#define BUCKETS		64
#define PORT_TRIES	24	/* as Linux gives up */

static struct list bound = LIST_INIT(bound);
static struct list buckets[BUCKETS];	/* next is NULL: never used */

static struct list *bucket(u32 local_port, u32 peer_port)
{
	struct list *b = &buckets[(local_port ^ peer_port * 7) % BUCKETS];

	if (!b->next)
		list_init(b);
	return b;
}

void table_bind(struct vsock *v)
{
	list_append(&bound, &v->bound);
}

void table_connect(struct vsock *v)
{
	list_remove(&v->connected);
	list_append(bucket(v->local_port, v->peer_port), &v->connected);
}

void table_remove(struct vsock *v)
{
	list_remove(&v->bound);
	list_remove(&v->connected);
}

struct vsock *table_bound(u32 cid, u32 port)
{
	struct vsock *v;

	list_each(v, &bound, bound)
		if (v->local_port == port && (v->local_cid == cid || cid == CID_ANY || v->local_cid == CID_ANY))
			return v;
	return NULL;
}

struct vsock *table_connected(const struct header *h)
{
	struct vsock *v;

	list_each(v, bucket(h->dst_port, h->src_port), connected)
		if (v->local_port == h->dst_port && v->peer_port == h->src_port && v->peer_cid == h->src_cid)
			return v;
	return NULL;
}

int table_port(struct vsock *v, u32 cid, u32 port)
{
	static u32 next;

	if (port == PORT_ANY) {
		if (!next)
			random_bytes(&next, sizeof(next));
		unsigned tries = 0;
		do {
			if (tries++ == PORT_TRIES)
				return -EADDRNOTAVAIL;
			if (next <= PORTS_RESERVED || next == PORT_ANY)
				next = PORTS_RESERVED + 1;
			port = next++;
		} while (table_bound(cid, port));
	} else if (table_bound(cid, port)) {
		return -EADDRINUSE;
	}
	v->local_cid = cid;
	v->local_port = port;
	table_bind(v);
	return 0;
}

/* Section 5.10.6.7.1: VIRTIO_VSOCK_EVENT_TRANSPORT_RESET. Those that listen go on. */
void table_reset(void)
{
	struct vsock *v;

	for (unsigned i = 0; i < BUCKETS; i++)
		if (buckets[i].next)
			list_each(v, &buckets[i], connected)
				if (!cid_is_local(v->peer_cid)) {
					v->state = CLOSED;
					v->s.error = ECONNRESET;
					vsock_wake(v);
				}
}

void table_shutdown(void)
{
	struct vsock *v;

	for (unsigned i = 0; i < BUCKETS; i++)
		if (buckets[i].next)
			list_each(v, &buckets[i], connected)
				if (!cid_is_local(v->peer_cid) && v->state == ESTABLISHED)
					packet_control(v, OP_SHUTDOWN, SHUT_READ | SHUT_WRITE);
}
