/* What waits to be read. */
#include "inet.h"

/* The heap rounds up to powers of two: so does the room for data, into which a reader's queue packs what follows. */
struct packet *inet_packet(u32 n)
{
	size_t size = 256;

	while (size < PACKET_OVERHEAD + n)
		size *= 2;
	struct packet *p = kmalloc(size);
	if (p) {
		memset(p, 0, PACKET_OVERHEAD);
		p->len = n;
		p->room = size - PACKET_OVERHEAD;
	}
	return p;
}

/* Small pieces share a packet. */
void inet_queue(struct inet *i, struct packet *p)
{
	struct packet *last = container_of(i->queue.prev, struct packet, link);
	u32 n = p->len;

	i->queued += n;
	if (!list_empty(&i->queue) && last->room - last->start - last->len >= n) {
		memcpy(last->data + last->start + last->len, p->data + p->start, n);
		last->len += n;
		kfree(p);
	} else {
		list_append(&i->queue, &p->link);
	}
	wake_all_for(&i->read_q, POLL_READ);
}

void inet_enter(struct inet *i)
{
	while (i->reading)
		wait_on(&i->busy_q, FOREVER, false);
	i->reading = true;
}

void inet_leave(struct inet *i)
{
	i->reading = false;
	wake_one(&i->busy_q);
}

static void drop_all(struct list *l)
{
	while (!list_empty(l)) {
		struct packet *p = list_first(l, struct packet, link);
		list_remove(&p->link);
		kfree(p);
	}
}

void inet_purge(struct inet *i)
{
	drop_all(&i->queue);
	drop_all(&i->errors);
	i->queued = 0;
}
