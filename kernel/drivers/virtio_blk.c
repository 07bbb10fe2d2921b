/* Virtio block device (virtio 1.2, section 5.2): the root image, read only. */
#include "driver.h"
#include "kernel.h"
#include "vfs.h"
#include "virtio.h"

#define REQUEST_IN	0
#define STATUS_OK	0
#define SPIN_NS		100000	/* completions come sooner than a halt and an interrupt would take */

struct header {
	u32 type, reserved;
	u64 sector;
};

struct request {
	struct header header;
	u8 status;
	bool done;
};

struct disk {
	struct block_device device;
	struct virtqueue *queue;
	struct waitq waiting;
};

bool sched_others_ready(void);

static void collect(struct virtqueue *q)
{
	struct disk *k = q->device->data;
	struct request *r;
	u32 len;

	while ((r = virtqueue_take(q, &len)))
		r->done = true;
	wake_all(&k->waiting);
}

/* With nothing else to do, looking at the ring is faster than sleeping. */
static void wait_for(struct disk *k, struct request *r)
{
	ns_t limit = now_monotonic() + SPIN_NS;

	while (!r->done && !sched_others_ready() && now_monotonic() < limit) {
		__builtin_ia32_pause();
		collect(k->queue);
	}
	while (!r->done) {
		virtqueue_interrupts(k->queue, true);
		collect(k->queue);
		if (!r->done)
			wait_on(&k->waiting, FOREVER, false);
	}
	virtqueue_interrupts(k->queue, false);
}

static int disk_read(struct block_device *b, u64 sector, void *buf, u32 sectors)
{
	struct disk *k = b->data;
	struct request *r = kzalloc(sizeof(*r));

	if (!r)
		return -ENOMEM;
	r->header = (struct header){ .type = REQUEST_IN, .sector = sector };
	r->status = 0xff;
	struct virtio_buffer v[] = {
		{ &r->header, sizeof(r->header), false },
		{ buf, sectors * 512, true },
		{ &r->status, 1, true },
	};
	while (virtqueue_add(k->queue, v, array_len(v), r)) {
		virtqueue_interrupts(k->queue, true);
		collect(k->queue);
		if (k->queue->free_count < array_len(v))
			wait_on(&k->waiting, FOREVER, false);
	}
	virtqueue_kick(k->queue);
	wait_for(k, r);
	int err = r->status == STATUS_OK ? 0 : -EIO;
	kfree(r);
	return err;
}

static int probe(struct virtio_device *d)
{
	struct disk *k = kzalloc(sizeof(*k));
	u64 features;

	if (!k)
		return -ENOMEM;
	int err = virtio_start(d, 0, &features);
	if (err)
		return err;
	waitq_init(&k->waiting);
	d->data = k;
	k->queue = virtqueue_create(d, 0, collect);
	if (!k->queue)
		return -ENOMEM;
	virtqueue_interrupts(k->queue, false);
	virtio_driver_ok(d);
	k->device = (struct block_device){
		.name = "virtio_blk",
		.sectors = d->transport->config_read(d, 0) | (u64)d->transport->config_read(d, 4) << 32,
		.read = disk_read,
		.data = k,
	};
	if (!root_device)
		root_device = &k->device;
	return 0;
}

DRIVER(virtio_blk, VIRTIO_ID_BLOCK, probe);
