/* The device and its two queues. It is started by the first socket that needs it. */
#include "driver.h"
#include "host.h"
#include "inet_host.h"
#include "virtio.h"

#define F_EVENT_IDX	(1UL << 29)	/* virtio 1.2, section 6 */
#define FLUSH_NS	1000000000UL

static struct virtio_device *device;
static struct virtqueue *rx, *tx;
static struct list waiting = LIST_INIT(waiting);	/* packets, for a place in TX, in order */
static struct list starved = LIST_INIT(starved);	/* sockets whose writers wait for one */
static u32 rx_buffers, rx_missing;
static u16 rx_told, tx_told;	/* what was available when the device last heard of it */
static bool rx_interrupts;
static bool dirty;		/* TX holds packets not yet announced */

/* Sections 2.7.7 and 2.7.10: each side says from which index on it wants to hear of the other's. One notification is
 * enough until the device has looked and says so again, which takes it a while on a busy machine. */
static void kick(struct virtqueue *q, u16 *told)
{
	u16 now = q->avail->idx, before = *told;

	*told = now;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if ((u16)(now - __atomic_load_n((u16 *)&q->used->ring[q->size], __ATOMIC_RELAXED) - 1) < (u16)(now - before))
		virtqueue_kick(q);
}

/* An interrupt for the next buffer that is used, or for none. True: one is used already. */
static bool interrupt(struct virtqueue *q, bool on)
{
	__atomic_store_n(&q->avail->ring[q->size], on ? q->last_used : q->last_used - 1, __ATOMIC_SEQ_CST);
	return __atomic_load_n(&q->used->idx, __ATOMIC_ACQUIRE) != q->last_used;
}

static bool queue_packet(struct packet *p)
{
	if (virtqueue_add_one(tx, &p->h, sizeof(p->h) + p->h.len, false, p))
		return false;
	return dirty = true;
}

/* The runner looks from time to time while a program is busy, and needs no notification then. Now it does: a processor halts. */
void host_rouse(void)
{
	if (tx && tx->avail->idx != __atomic_load_n(&tx->used->idx, __ATOMIC_RELAXED))
		virtqueue_kick(tx);
}

void host_kick(void)
{
	if (!dirty)
		return;
	dirty = false;
	kick(tx, &tx_told);
}

/* Interrupts are on only while something waits for a place. */
static void collect_tx(struct virtqueue *q)
{
	struct packet *p;
	u32 len;

	do {
		while ((p = virtqueue_take(q, &len)))
			kfree(p);
		while (!list_empty(&waiting) && queue_packet(p = list_first(&waiting, struct packet, link)))
			list_remove(&p->link);
		if (list_empty(&waiting) && q->free_count)
			break;
		host_kick();
	} while (interrupt(q, true));
	host_kick();
	if (!list_empty(&waiting) || !q->free_count)
		return;
	while (!list_empty(&starved)) {
		struct inet *i = list_first(&starved, struct inet, starved);
		list_remove(&i->starved);
		wake_all_for(&i->write_q, POLL_WRITE);
	}
}

/* False: there is none, and an interrupt will tell when that changes. */
static bool room(void)
{
	collect_tx(tx);
	return list_empty(&waiting) && tx->free_count;
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
		kick(rx, &rx_told);
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

/* The device found no buffer: there are to be more, if memory is not short. */
static void grow(void)
{
	if (rx_buffers < min(rx->size, (unsigned)RX_BUFFERS_MOST) && (u64)rx_buffers * RX_ROOM < mem_total_pages * PAGE_SIZE / 64) {
		rx_buffers += RX_BUFFERS;
		rx_missing += RX_BUFFERS;
	}
}

static void collect_rx(struct virtqueue *q)
{
	struct packet *p;
	bool any = false;
	u32 len;

	if ((u16)(q->used->idx - q->last_used) == q->size - q->free_count)
		grow();
	do {
		while ((p = virtqueue_take(q, &len))) {
			if (take_in(p, min(len, (u32)(sizeof(p->h) + RX_ROOM)))) {
				rx_missing++;
				continue;
			}
			any |= post(p);
		}
	} while (rx_interrupts && interrupt(q, true));
	if (rx_missing)
		host_refill();
	if (any)
		kick(q, &rx_told);
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
	rx_interrupts = on;
	if (rx)
		interrupt(rx, on);
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

	if (c[0] != HS_VERSION || virtio_start(device, F_EVENT_IDX, &features) || !(features & F_EVENT_IDX))
		return false;
	rx = virtqueue_create(device, HS_QUEUE_RX, interrupted);
	tx = virtqueue_create(device, HS_QUEUE_TX, collect_tx);
	if (!rx || !tx)
		return false;
	interrupt(tx, false);
	interrupt(rx, rx_interrupts);
	virtio_driver_ok(device);
	for (u32 k = 0; k < sizeof(inet_config) / sizeof(u32); k++)
		((u32 *)&inet_config)[k] = c[k];
	rx_buffers = rx_missing = min(rx->size, (unsigned)RX_BUFFERS);
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
