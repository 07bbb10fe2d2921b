/* The device (virtio 1.2, section 5.10): its three queues. */
#include "af_vsock.h"
#include "driver.h"
#include "vsock.h"
#include "virtio.h"

#define F_SEQPACKET	(1UL << 1)
#define RX_BUFFERS	64
#define WAITING_MAX	1024	/* packets without a place in the queue; more are lost */
#define USED_F_NO_NOTIFY 1
#define FLUSH_NS	1000000000UL

static struct virtio_device *device;
static struct virtqueue *rx, *tx, *events;
static u64 features;
static u32 cid;
static struct list waiting = LIST_INIT(waiting);	/* for a place in TX, in order */
static u32 waiting_count, rx_missing;
static bool dirty;					/* the device was not told of all that is in TX */
static struct waitq room_q = WAITQ_INIT(room_q);
static u32 *event;

bool device_present(void) { return device; }
bool device_seqpacket(void) { return features & F_SEQPACKET; }
u32 device_cid(void) { return cid; }

u32 vsock_local_cid(void)
{
	return device ? cid : CID_LOCAL;
}
IMPLEMENT(vsock_local_cid);

static void kick(struct virtqueue *q)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!(__atomic_load_n(&q->used->flags, __ATOMIC_RELAXED) & USED_F_NO_NOTIFY))
		virtqueue_kick(q);
}

static bool queue_packet(struct packet *p)
{
	struct virtio_buffer b = { &p->h, sizeof(p->h) + p->h.len, false };

	if (virtqueue_add(tx, &b, 1, p))
		return false;
	return dirty = true;
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
		waiting_count--;
		moved = true;
	}
	if (moved)
		device_kick();
	if (list_empty(&waiting) && q->free_count) {
		virtqueue_interrupts(q, false);
		wake_all(&room_q);
	}
}

void device_kick(void)
{
	if (!dirty)
		return;
	dirty = false;
	kick(tx);
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

bool device_room(struct waitq **q)
{
	*q = &room_q;
	return !device || room();
}

void device_send(struct packet *p)
{
	if (!device || waiting_count == WAITING_MAX) {
		kfree(p);
		return;
	}
	if (room() && queue_packet(p))
		return;
	list_append(&waiting, &p->link);
	waiting_count++;
}

static bool post(struct packet *p)
{
	struct virtio_buffer b = { &p->h, sizeof(p->h) + RX_ROOM, true };

	return !virtqueue_add(rx, &b, 1, p);
}

/* Buffers that the sockets kept are replaced, as far as memory goes. */
void device_refill(void)
{
	struct packet *p;
	bool any = false;

	for (; rx_missing && (p = packet_new(RX_ROOM)); rx_missing--, any = true)
		post(p);
	if (any)
		kick(rx);
}

void vsock_flush(void)
{
	ns_t limit = now_monotonic() + FLUSH_NS;

	table_shutdown();
	while (device && (!list_empty(&waiting) || tx->free_count < tx->size) && now_monotonic() < limit) {
		__builtin_ia32_pause();
		collect_tx(tx);
	}
}
IMPLEMENT(vsock_flush);

/* LEN comes from the device, and so does the header. */
static bool take_in(struct packet *p, u32 len)
{
	u32 n = __atomic_load_n(&p->h.len, __ATOMIC_RELAXED);	/* once: the device could change it */

	if (len < sizeof(p->h) || n > len - sizeof(p->h))
		return false;
	p->start = 0;
	p->len = n;
	p->room = RX_ROOM;
	if (p->h.dst_cid != cid || cid_is_local(p->h.src_cid))
		return false;	/* not for us, or pretending to come from us */
	return vsock_receive(p);
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
		post(p);
		any = true;
	}
	if (rx_missing)
		device_refill();
	else if (any)
		kick(q);
}

static void read_cid(void)
{
	cid = device->config[0];
}

static void post_event(void)
{
	struct virtio_buffer b = { event, sizeof(*event), true };

	if (!virtqueue_add(events, &b, 1, event))
		kick(events);
}

/* The one event there is: the guest was moved, connections are lost and its number may be new. */
static void collect_events(struct virtqueue *q)
{
	u32 len;

	if (!virtqueue_take(q, &len))
		return;
	if (len >= sizeof(*event) && !*event) {
		table_reset();
		read_cid();
	}
	post_event();
}

static int probe(struct virtio_device *d)
{
	if (device)
		return -EBUSY;	/* one is enough */
	int err = virtio_start(d, F_SEQPACKET, &features);
	if (err)
		return err;
	rx = virtqueue_create(d, 0, collect_rx);
	tx = virtqueue_create(d, 1, collect_tx);
	events = virtqueue_create(d, 2, collect_events);
	event = kmalloc(sizeof(*event));
	if (!rx || !tx || !events || !event) {
		kfree(event);
		return -ENOMEM;
	}
	virtqueue_interrupts(tx, false);
	device = d;
	read_cid();
	virtio_driver_ok(d);
	rx_missing = min(rx->size, (unsigned)RX_BUFFERS);
	device_refill();
	post_event();
	KEEP(devnode_vsock);
	return 0;
}

DRIVER(virtio_vsock, VIRTIO_ID_VSOCK, probe);
