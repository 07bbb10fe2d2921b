/* Virtio devices and split virtqueues (virtio 1.2, sections 2 and 4.2).
 * Devices are untrusted: every index and length they supply is checked. */
#ifndef VIRTIO_H
#define VIRTIO_H

#include "thread.h"
#include "types.h"

/* Device types (virtio 1.2, section 5). */
#define VIRTIO_ID_NET 1
#define VIRTIO_ID_BLOCK 2
#define VIRTIO_ID_CONSOLE 3
#define VIRTIO_ID_ENTROPY 4
#define VIRTIO_ID_BALLOON 5
#define VIRTIO_ID_9P 9
#define VIRTIO_ID_VSOCK 19

#define VIRTIO_DRIVER_OK 4	/* in the status (section 2.1) */
#define VIRTIO_MAX_QUEUES 10

struct virtio_device;
struct virtqueue;

/* What a transport (drivers/virtio_mmio.c, virtio_pci.c) offers its devices. */
struct virtio_transport {
	u64 (*get_features)(struct virtio_device *d);
	void (*set_features)(struct virtio_device *d, u64 features);
	u8 (*get_status)(struct virtio_device *d);
	void (*set_status)(struct virtio_device *d, u8 status);
	unsigned (*queue_max)(struct virtio_device *d, unsigned index);	/* 0: there is no such queue */
	void (*queue_start)(struct virtio_device *d, struct virtqueue *q);
	void (*notify)(struct virtio_device *d, struct virtqueue *q);
	void (*interrupt_start)(struct virtio_device *d);	/* before the driver: its interrupts go to virtio_interrupt */
};

struct virtio_device {
	struct virtio_device *next;	/* while it waits for its module */
	const struct virtio_transport *transport;
	u32 id;
	u32 gsi;
	volatile u32 *regs;
	volatile u32 *config;	/* device-specific configuration space, in words */
	bool polled;		/* has no interrupts: its driver looks at the queues by itself, which the balloon's can */
	struct virtqueue *queues[VIRTIO_MAX_QUEUES];
	void *data;
};

/* Split virtqueue (virtio 1.2, section 2.7), all of it in one page. */
struct virtq_desc {
	u64 addr;
	u32 len;
	u16 flags, next;
};

struct virtq_avail {
	u16 flags, idx, ring[];
};

struct virtq_used {
	u16 flags, idx;
	struct { u32 id, len; } ring[];
};

struct virtqueue {
	struct virtio_device *device;
	unsigned index, size;
	unsigned free_head, free_count;
	u16 last_used;
	union {
		struct {
			struct virtq_desc *desc;
			struct virtq_avail *avail;
			struct virtq_used *used;
		};
		void *parts[3];
	};
	void **cookies;		/* by first descriptor; NULL: not in flight */
	void (*done)(struct virtqueue *q);	/* from the interrupt handler, and whenever else it likes */
};

struct virtio_buffer {
	void *addr;	/* in the direct map, physically contiguous */
	u32 len;
	bool device_writes;
};

/* virtio/bus.c. A transport gives each device it finds to virtio_attach, and calls virtio_interrupt when
 * the device may have used buffers. */
void virtio_attach(struct virtio_device *d);
void virtio_interrupt(struct virtio_device *d);

/* virtio/device.c. virtio_start: reset, ACKNOWLEDGE, DRIVER, features (WANTED as far as offered, and
 * VERSION_1, which is required), FEATURES_OK. 0 or -errno; *GOT: the negotiated set. */
int virtio_start(struct virtio_device *d, u64 wanted, u64 *got);
void virtio_driver_ok(struct virtio_device *d);

/* virtio/queue.c. add: 0 or -EAGAIN (full). take: the cookie of a finished chain and the length the
 * device wrote, or NULL. */
struct virtqueue *virtqueue_create(struct virtio_device *d, unsigned index, void (*done)(struct virtqueue *q));
void virtio_stop(struct virtio_device *d);	/* resets it and frees its queues, not what they hold */
int virtqueue_add(struct virtqueue *q, const struct virtio_buffer *b, unsigned n, void *cookie);
int virtqueue_add_one(struct virtqueue *q, void *addr, u32 len, bool device_writes, void *cookie);	/* a chain of one */
void virtqueue_kick(struct virtqueue *q);
void *virtqueue_take(struct virtqueue *q, u32 *len);
void virtqueue_interrupts(struct virtqueue *q, bool on);

#endif
