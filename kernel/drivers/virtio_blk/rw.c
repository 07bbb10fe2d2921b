/* Virtio block device beyond reading (virtio 1.2, section 5.2): writing,
 * flushing, discarding, and a queue for each processor. */
#include "cpu.h"
#include "driver.h"
#include "kernel.h"
#include "virtio_blk.h"

#define F_SIZE_MAX	(1u << 1)
#define F_SEG_MAX	(1u << 2)
#define F_RO		(1u << 5)
#define F_BLK_SIZE	(1u << 6)
#define F_FLUSH		(1u << 9)
#define F_MQ		(1u << 12)
#define F_DISCARD	(1u << 13)
#define F_WRITE_ZEROES	(1u << 14)

/* Words of the configuration space (section 5.2.4). */
#define CONF_SIZE_MAX	2
#define CONF_SEG_MAX	3
#define CONF_BLK_SIZE	5
#define CONF_QUEUES	8	/* upper half */
#define CONF_MAX_DISCARD 9
#define CONF_MAX_ZEROES	12
#define CONF_MAY_UNMAP	14	/* lowest byte */

#define MAX_SEGMENTS	32
#define MAX_BYTES	0x20000
#define MIN_QUEUE	8	/* descriptors */

/* The image builder's root for CONFIG_VIRTIO_BLK_RW. */
const char drv_virtio_blk_rw[1];

/* What one disk takes at once. A segment is never larger than the device says. */
struct limits {
	u32 segment, segments;
	u32 queues;
};

static struct virtqueue *queue_of(struct virtio_device *d, struct limits *l)
{
	return d->queues[current_cpu()->index % l->queues];
}

static int rw_request(struct block_device *b, u32 type, u64 sector, void *buf, u32 len)
{
	struct disk *k = b->data;
	struct limits *l = b->limits;
	struct disk_request *r;
	struct virtio_buffer v[MAX_SEGMENTS + 2];
	unsigned n = 1;

	if (b->readonly && type != BLOCK_READ && type != BLOCK_FLUSH)
		return -EPERM;
	if (len > b->max_bytes)
		return -EINVAL;
	if (!(r = kzalloc(sizeof(*r))))
		return -ENOMEM;
	r->header.type = type;
	r->header.sector = sector;
	v[0] = (struct virtio_buffer){ &r->header, sizeof(r->header), false };
	for (u32 done = 0; done < len; done += v[n++].len)
		v[n] = (struct virtio_buffer){ (char *)buf + done, min(len - done, l->segment), type == BLOCK_READ };
	v[n++] = (struct virtio_buffer){ &r->status, 1, true };
	return virtio_blk_submit(queue_of(k->queue->device, l), r, v, n);
}

/* Reads for who knows nothing of limits: the root file system. */
static int rw_read(struct block_device *b, u64 sector, void *buf, u32 sectors)
{
	int err = 0;

	for (u32 part; sectors && !err; sector += part, sectors -= part, buf = (char *)buf + part * 512) {
		part = min(sectors, b->max_bytes / 512);
		err = rw_request(b, BLOCK_READ, sector, buf, part * 512);
	}
	return err;
}

/* The queues besides the first, which virtio_blk.c makes. */
static void make_queues(struct virtio_device *d, struct limits *l, u32 wanted)
{
	for (l->queues = 1; l->queues < min(wanted, (u32)VIRTIO_MAX_QUEUES); l->queues++) {
		struct virtqueue *q = virtqueue_create(d, l->queues, virtio_blk_collect);
		if (!q || q->size < l->segments + 2)
			return;
		virtqueue_interrupts(q, false);
	}
}

int virtio_blk_begin(struct disk *k, struct virtio_device *d)
{
	struct block_device *b = &k->device;
	struct limits *l = kzalloc(sizeof(*l));
	u64 f;

	if (!l)
		return -ENOMEM;
	b->limits = l;
	int err = virtio_start(d, F_SIZE_MAX | F_SEG_MAX | F_RO | F_BLK_SIZE | F_FLUSH | F_MQ | F_DISCARD | F_WRITE_ZEROES, &f);
	if (err)
		return err;
	b->block_size = f & F_BLK_SIZE ? d->config[CONF_BLK_SIZE] : 512;
	if (b->block_size < 512 || b->block_size > PAGE_SIZE || b->block_size & (b->block_size - 1))
		b->block_size = 512;
	l->segment = f & F_SIZE_MAX ? min(d->config[CONF_SIZE_MAX], (u32)MAX_BYTES) : MAX_BYTES;
	l->segments = f & F_SEG_MAX ? min(d->config[CONF_SEG_MAX], (u32)MAX_SEGMENTS) : 1;
	l->segments = min(max(l->segments, 1u), d->transport->queue_max(d, 0) - 2);
	b->max_bytes = align_down(min((u64)l->segment * l->segments, (u64)MAX_BYTES), (u64)b->block_size);
	if (d->transport->queue_max(d, 0) < MIN_QUEUE || !b->max_bytes) {
		kprintf("virtio_blk: the device takes %u bytes in a request, fewer than a block of %u\n", b->max_bytes, b->block_size);
		return -EINVAL;
	}
	b->request = rw_request;
	b->read = rw_read;
	b->readonly = f & F_RO;
	b->flush = f & F_FLUSH;
	/* A range of its own goes along with these: 16 bytes, which any device takes. */
	if (f & F_DISCARD)
		b->max_discard = d->config[CONF_MAX_DISCARD];
	if (f & F_WRITE_ZEROES) {
		b->max_zeroes = d->config[CONF_MAX_ZEROES];
		b->punch = d->config[CONF_MAY_UNMAP] & 0xff;
	}
	make_queues(d, l, f & F_MQ ? min(d->config[CONF_QUEUES] >> 16, (u32)cpu_count) : 1);
	return 0;
}
