/* Virtio block device: what its two files share. */
#ifndef VIRTIO_BLK_H
#define VIRTIO_BLK_H

#include "vfs.h"
#include "virtio.h"

/* A request begins with HEADER and ends with STATUS (virtio 1.2, section 5.2.6). */
struct disk_request {
	struct { u32 type, reserved; u64 sector; } header;
	u8 status;
	bool done;
};

struct disk {
	struct block_device device;
	struct virtqueue *queue;	/* the first */
	struct waitq waiting;
};

/* virtio_blk.c. virtio_blk_submit: sends N buffers, of which the first and last are R's, and waits. 0 or -errno. */
void virtio_blk_collect(struct virtqueue *q);
int virtio_blk_submit(struct virtqueue *q, struct disk_request *r, const struct virtio_buffer *v, unsigned n);

/* rw.c, when linked: more features than reading, and queues besides the first. */
int virtio_blk_begin(struct disk *k, struct virtio_device *d);

#endif
