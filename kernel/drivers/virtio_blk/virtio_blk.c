/* Virtio block device (virtio 1.2, section 5.2): reading, which is all that a
 * root image needs. rw.c has the rest. */
#include "driver.h"
#include "kernel.h"
#include "virtio_blk.h"

#define STATUS_OK	0
#define MIN_QUEUE	4	/* descriptors: a request has three */
#define SPIN_NS		100000	/* completions come sooner than a halt and an interrupt would take */

bool sched_others_ready(void);

OPTIONAL int virtio_blk_begin(struct disk *k, struct virtio_device *d)
{
	u64 features;

	return virtio_start(d, 0, &features);
}

void virtio_blk_collect(struct virtqueue *q)
{
	struct disk *k = q->device->data;
	struct disk_request *r;
	u32 len;

	while ((r = virtqueue_take(q, &len)))
		r->done = true;
	wake_all(&k->waiting);
}

/* With nothing else to do, looking at the ring is faster than sleeping. */
static void wait_for(struct virtqueue *q, struct disk_request *r)
{
	struct disk *k = q->device->data;
	ns_t limit = now_monotonic() + SPIN_NS;

	while (!r->done && !sched_others_ready() && now_monotonic() < limit) {
		__builtin_ia32_pause();
		virtio_blk_collect(q);
	}
	while (!r->done) {
		virtqueue_interrupts(q, true);
		virtio_blk_collect(q);
		if (!r->done)
			wait_on(&k->waiting, FOREVER, false);
	}
	if (list_empty(&k->waiting.threads))	/* others may wait for this queue */
		virtqueue_interrupts(q, false);
}

int virtio_blk_submit(struct virtqueue *q, struct disk_request *r, const struct virtio_buffer *v, unsigned n)
{
	struct disk *k = q->device->data;

	r->status = 0xff;
	while (virtqueue_add(q, v, n, r)) {
		virtqueue_interrupts(q, true);
		virtio_blk_collect(q);
		if (q->free_count < n)
			wait_on(&k->waiting, FOREVER, false);
	}
	virtqueue_kick(q);
	wait_for(q, r);
	int err = r->status == STATUS_OK ? 0 : -EIO;
	kfree(r);
	return err;
}

static int disk_read(struct block_device *b, u64 sector, void *buf, u32 sectors)
{
	struct disk *k = b->data;
	struct disk_request *r = kzalloc(sizeof(*r));

	if (!r)
		return -ENOMEM;
	r->header.sector = sector;	/* type 0: VIRTIO_BLK_T_IN */
	struct virtio_buffer v[] = {
		{ &r->header, sizeof(r->header), false },
		{ buf, sectors * 512, true },
		{ &r->status, 1, true },
	};
	return virtio_blk_submit(k->queue, r, v, array_len(v));
}

static int probe(struct virtio_device *d)
{
	struct disk *k = kzalloc(sizeof(*k));
	struct block_device **last = &root_device;

	if (!k)
		return -ENOMEM;
	waitq_init(&k->waiting);
	d->data = k;
	int err = virtio_blk_begin(k, d);
	if (!err) {
		k->queue = virtqueue_create(d, 0, virtio_blk_collect);
		if (!k->queue || k->queue->size < MIN_QUEUE)
			err = -ENOMEM;
	}
	if (err) {
		kfree(k->device.limits);
		kfree(k);
		return err;
	}
	virtqueue_interrupts(k->queue, false);
	virtio_driver_ok(d);
	k->device.name = "virtio_blk";
	k->device.sectors = d->config[0] | (u64)d->config[1] << 32;
	if (!k->device.read)
		k->device.read = disk_read;
	k->device.data = k;
	while (*last)
		last = &(*last)->next;
	*last = &k->device;
	return 0;
}

DRIVER(virtio_blk, VIRTIO_ID_BLOCK, probe);
