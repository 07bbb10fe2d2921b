/* The device and its two queues. It is started by the first socket that needs it. */
#include "driver.h"
#include "host.h"
#include "inet_host.h"
#include "virtio.h"

#define USED_F_NO_NOTIFY 1
#define FLUSH_NS	1000000000UL

static struct virtio_device *device;
static struct virtqueue *rx, *tx;
static struct list waiting = LIST_INIT(waiting);	/* packets, for a place in TX, in order */
static struct list starved = LIST_INIT(starved);	/* sockets whose writers wait for one */
static u32 rx_missing;
static bool dirty;		/* TX holds packets not yet announced */

static void kick(struct virtqueue *q)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!(__atomic_load_n(&q->used->flags, __ATOMIC_RELAXED) & USED_F_NO_NOTIFY))
		virtqueue_kick(q);
}

static bool queue_packet(struct packet *p)
{
	if (virtqueue_add_one(tx, &p->h, sizeof(p->h) + p->h.len, false, p))
		return false;
	return dirty = true;
}

void host_kick(void)
{
	if (!dirty)
		return;
	dirty = false;
	kick(tx);
}

/* Interrupts are on only while something waits for a place. */
static void collect_tx(struct virtqueue *q)
{
	struct packet *p;
	bool moved = false;
	u32 len;

	while ((p = virtqueue_take(q, &len)))
		kfree(p);
	while (!list_empty(&waiting) && queue_packet(p = list_first(&waiting, struct packet, link))) {
		list_remove(&p->link);
		moved = true;
	}
	if (moved)
		host_kick();
	if (!list_empty(&waiting) || !q->free_count)
		return;
	virtqueue_interrupts(q, false);
	while (!list_empty(&starved)) {
		struct inet *i = list_first(&starved, struct inet, starved);
		list_remove(&i->starved);
		wake_all_for(&i->write_q, POLL_WRITE);
	}
}

/* False: there is none, and an interrupt will tell when that changes. */
static bool room(void)
{
	for (int armed = 0; armed < 2; armed++) {
		collect_tx(tx);
		if (list_empty(&waiting) && tx->free_count)
			return true;
		virtqueue_interrupts(tx, true);
	}
	return false;
}

bool host_has_room(struct inet *i)
{
	if (room())
		return true;
	if (list_empty(&i->starved))
		list_append(&starved, &i->starved);
	return false;
}

void host_queue(struct packet *p)
{
	if (!room() || !queue_packet(p))
		list_append(&waiting, &p->link);
}

static bool post(struct packet *p)
{
	return !virtqueue_add_one(rx, &p->h, sizeof(p->h) + RX_ROOM, true, p);
}

void host_refill(void)
{
	struct packet *p;
	bool any = false;

	for (; rx_missing && (p = inet_packet(RX_ROOM)); rx_missing--, any = true)
		post(p);
	if (any)
		kick(rx);
}

/* LEN comes from the device. */
static bool take_in(struct packet *p, u32 len)
{
	struct hs_header h;

	if (len < sizeof(h))
		return false;
	memcpy(&h, &p->h, sizeof(h));
	__asm__ volatile("" ::: "memory");	/* read once: the device could change it */
	if (h.len > len - sizeof(h))
		return false;
	p->start = 0;
	p->len = h.len;
	p->room = RX_ROOM;
	return host_receive(p, &h);
}

static void collect_rx(struct virtqueue *q)
{
	struct packet *p;
	bool any = false;
	u32 len;

	while ((p = virtqueue_take(q, &len))) {
		if (take_in(p, min(len, (u32)(sizeof(p->h) + RX_ROOM)))) {
			rx_missing++;
			continue;
		}
		any |= post(p);
	}
	if (rx_missing)
		host_refill();
	if (any)
		kick(q);
	host_kick();
}

bool host_came(void)
{
	return rx && __atomic_load_n(&rx->used->idx, __ATOMIC_ACQUIRE) != rx->last_used;
}

void host_collect(void)
{
	collect_rx(rx);
}

void host_interrupts(bool on)
{
	if (rx)
		virtqueue_interrupts(rx, on);
}

/* Of the device's interrupt. */
static void interrupted(struct virtqueue *q)
{
	if (host_came()) {
		host_interrupted();
		collect_rx(q);
	}
}

static bool start(void)
{
	u64 features;
	const volatile u32 *c = device->config;

	if (c[0] != HS_VERSION || virtio_start(device, 0, &features))
		return false;
	rx = virtqueue_create(device, HS_QUEUE_RX, interrupted);
	tx = virtqueue_create(device, HS_QUEUE_TX, collect_tx);
	if (!rx || !tx)
		return false;
	virtqueue_interrupts(tx, false);
	virtio_driver_ok(device);
	for (u32 k = 0; k < sizeof(inet_config) / sizeof(u32); k++)
		((u32 *)&inet_config)[k] = c[k];
	rx_missing = min(rx->size, (unsigned)RX_BUFFERS);
	host_refill();
	return true;
}

static const struct inet_way *way_out(void)
{
	if (!device)
		return NULL;
	if (!rx && !start()) {
		kprintf("host sockets: the device does not work as this driver knows it\n");
		virtio_stop(device);
		rx = NULL;
		device = NULL;
		return NULL;
	}
	return &host_way;
}

static int probe(struct virtio_device *d)
{
	if (device)
		return -EBUSY;	/* one is enough */
	device = d;
	if (!inet_find_out) {	/* a card comes first */
		inet_find_out = way_out;
		inet_out_waits = inet_host_waits;
	}
	return 0;
}

DRIVER(inet_host, VIRTIO_ID_HOST_SOCKETS, probe);

static void say_closed(struct inet *i)
{
	host_tell(i, HS_CLOSE, is_stream(i) && !list_empty(&i->queue) ? HS_ABORT : 0, 0, NULL, 0);
}

void inet_host_flush(void)
{
	ns_t limit = now_monotonic() + FLUSH_NS;

	if (!rx)
		return;
	number_each(say_closed);
	while ((!list_empty(&waiting) || tx->free_count < tx->size) && now_monotonic() < limit) {
		__builtin_ia32_pause();
		collect_tx(tx);
	}
}
IMPLEMENT(inet_host_flush);
