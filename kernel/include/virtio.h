/* Virtio devices and split virtqueues (virtio 1.2, sections 2 and 4.2).
 * Devices are untrusted: every index and length they supply is checked. */
#ifndef VIRTIO_H
#define VIRTIO_H

#include "thread.h"
#include "types.h"

#define VIRTIO_ID_BLOCK 2
#define VIRTIO_ID_CONSOLE 3
#define VIRTIO_ID_ENTROPY 4

struct virtqueue;

/* What a transport (virtio_mmio, later virtio_pci) offers its devices. */
struct virtio_transport {
	u64 (*get_features)(struct virtio_device *d);
	void (*set_features)(struct virtio_device *d, u64 features);
	u8 (*get_status)(struct virtio_device *d);
	void (*set_status)(struct virtio_device *d, u8 status);
	void (*config_read)(struct virtio_device *d, u32 offset, void *buf, u32 n);
	int (*setup_queue)(struct virtio_device *d, unsigned index, struct virtqueue *q);
	void (*notify)(struct virtio_device *d, struct virtqueue *q);
};

struct virtio_device {
	const struct virtio_transport *transport;
	u32 id;
	u32 gsi;
	volatile u32 *regs;
	struct virtqueue *queues[4];
	void *data;
};

struct virtio_buffer {
	void *addr;	/* in the direct map, physically contiguous */
	u32 len;
	bool device_writes;
};

/* virtio/device.c: reset, ACKNOWLEDGE, DRIVER, features (WANTED and offered, plus VERSION_1, which is
 * required), FEATURES_OK. Returns 0 or -errno; *got: the negotiated set. */
int virtio_start(struct virtio_device *d, u64 wanted, u64 *got);
void virtio_driver_ok(struct virtio_device *d);

/* virtio/queue.c. queue_add returns 0 or -EAGAIN (full). queue_take returns the cookie of a finished
 * chain and its used length, or NULL. */
struct virtqueue *virtqueue_create(struct virtio_device *d, unsigned index, unsigned max_size, void (*done)(struct virtqueue *q));
int virtqueue_add(struct virtqueue *q, const struct virtio_buffer *b, unsigned n, void *cookie);
void virtqueue_kick(struct virtqueue *q);
void *virtqueue_take(struct virtqueue *q, u32 *len);

#endif
