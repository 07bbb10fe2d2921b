/* Virtio over PCI (virtio 1.2, section 4.1): the modern interface only, which
 * transitional devices have too. */
#include "driver.h"
#include "kernel.h"
#include "pci.h"
#include "virtio.h"

/* Where the parts are: vendor capabilities (section 4.1.4). */
struct virtio_cap {
	u8 id, next, length, type, bar, unused[3];
	u32 offset, size;
	u32 notify_multiplier;		/* of PART_NOTIFY */
};
enum { PART_COMMON = 1, PART_NOTIFY = 2, PART_ISR = 3, PART_DEVICE = 4 };

/* Section 4.1.4.3. */
struct common {
	u32 device_feature_select, device_feature, driver_feature_select, driver_feature;
	u16 config_msix_vector, num_queues;
	u8 device_status, config_generation;
	u16 queue_select, queue_size, queue_msix_vector, queue_enable, queue_notify_off;
	u32 queue_desc[2], queue_driver[2], queue_device[2];
};
_Static_assert(sizeof(struct common) == 56, "virtio 1.2, section 4.1.4.3");

#define CONFIG_MOST	128	/* bytes of device configuration that a driver looks at */
#define NOTIFY_MOST	0x10000	/* bytes of the notification area that are mapped: a page a queue fits */
#define NO_VECTOR	0xffff
#define MODERN		0x1040	/* PCI device IDs: virtio type + this; those below are transitional (section 4.1.2.1) */

struct pci_virtio {
	struct virtio_device device;
	struct pci_device *pci;
	volatile struct common *common;
	volatile char *notify;
	u32 notify_size, notify_multiplier;
	u32 notify_offset[VIRTIO_MAX_QUEUES];
};

static struct pci_virtio *of(struct virtio_device *d)
{
	return container_of(d, struct pci_virtio, device);
}

static u64 get_features(struct virtio_device *d)
{
	volatile struct common *c = of(d)->common;

	c->device_feature_select = 0;
	u64 low = c->device_feature;
	c->device_feature_select = 1;
	return low | (u64)c->device_feature << 32;
}

static void set_features(struct virtio_device *d, u64 features)
{
	volatile struct common *c = of(d)->common;

	c->driver_feature_select = 0;
	c->driver_feature = features;
	c->driver_feature_select = 1;
	c->driver_feature = features >> 32;
	c->config_msix_vector = 0;	/* a change of configuration looks like used buffers */
}

static u8 get_status(struct virtio_device *d)
{
	return of(d)->common->device_status;
}

static void set_status(struct virtio_device *d, u8 status)
{
	volatile struct common *c = of(d)->common;

	c->device_status = status;
	if (!status)		/* a reset takes until it reads 0 (section 4.1.4.3.2) */
		for (unsigned i = 0; c->device_status && i < 1000000; i++)
			__builtin_ia32_pause();
}

/* A queue that cannot be notified is none. */
static unsigned queue_max(struct virtio_device *d, unsigned index)
{
	struct pci_virtio *v = of(d);

	if (index >= VIRTIO_MAX_QUEUES || index >= v->common->num_queues)
		return 0;
	v->common->queue_select = index;
	u64 at = (u64)v->common->queue_notify_off * v->notify_multiplier;
	if (at + 2 > v->notify_size)
		return 0;
	v->notify_offset[index] = at;
	return v->common->queue_size;
}

static void set_address(volatile u32 reg[2], const void *p)
{
	reg[0] = virt_to_phys(p);
	reg[1] = virt_to_phys(p) >> 32;
}

/* The queue is still selected: queue_max came before. */
static void queue_start(struct virtio_device *d, struct virtqueue *q)
{
	volatile struct common *c = of(d)->common;

	c->queue_size = q->size;
	set_address(c->queue_desc, q->desc);
	set_address(c->queue_driver, q->avail);
	set_address(c->queue_device, q->used);
	if (!d->polled)
		c->config_msix_vector = c->queue_msix_vector = 0;
	if (!d->polled && c->queue_msix_vector == NO_VECTOR)
		panic("virtio device %u: no interrupt for queue %u", d->id, q->index);
	c->queue_enable = 1;
}

static void notify(struct virtio_device *d, struct virtqueue *q)
{
	struct pci_virtio *v = of(d);

	*(volatile u16 *)(v->notify + v->notify_offset[q->index]) = q->index;
}

static void interrupt(void *arg)
{
	virtio_interrupt(arg);
}

static void interrupt_start(struct virtio_device *d)
{
	struct pci_device *p = of(d)->pci;

	if (d->polled)
		PCI_REG(u16, p, PCI_COMMAND) = PCI_REG(u16, p, PCI_COMMAND) | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | PCI_COMMAND_NO_INTX;
	else
		pci_msix_start(p, interrupt, d);
}

static const struct virtio_transport pci = {
	get_features, set_features, get_status, set_status, queue_max, queue_start, notify, interrupt_start,
};

/* The first capability of each type is the one to use, if it is usable (section 4.1.4.1). */
static volatile void *part(struct pci_virtio *v, u8 type, u32 least, u32 *size)
{
	struct virtio_cap c;

	for (unsigned n = 0, at; (at = pci_capability(v->pci, PCI_CAP_VENDOR, n)); n++) {
		if (at > 256 - sizeof(c))
			return NULL;
		for (unsigned i = 0; i < sizeof(c) / 4; i++)
			((u32 *)&c)[i] = PCI_REG(u32, v->pci, at + 4 * i);
		if (c.type != type || c.bar > 5 || c.size < least)
			continue;
		*size = min(c.size, (u32)PAGE_SIZE);
		if (type == PART_NOTIFY) {
			*size = min(c.size, (u32)NOTIFY_MOST);
			v->notify_multiplier = c.length >= sizeof(c) ? c.notify_multiplier : 0;
		}
		return pci_bar(v->pci, c.bar, c.offset, *size);
	}
	return NULL;
}

static int probe(struct pci_device *p)
{
	struct pci_virtio *v = kzalloc(sizeof(*v));
	u32 size;

	if (!v)
		return -ENOMEM;
	v->pci = p;
	v->device.transport = &pci;
	v->device.id = p->device >= MODERN ? p->device - MODERN : PCI_REG(u16, p, PCI_SUBSYSTEM);
	v->common = part(v, PART_COMMON, sizeof(struct common), &size);
	v->notify = part(v, PART_NOTIFY, 2, &v->notify_size);
	/* Drivers read fields that the device may be too old to have: there must be memory. */
	v->device.config = part(v, PART_DEVICE, 4, &size);
	if (!v->device.config || PAGE_SIZE - ((u64)v->device.config & (PAGE_SIZE - 1)) < CONFIG_MOST)
		v->device.config = page_alloc();
	v->device.polled = !pci_msix_find(p);
	if (!v->common || !v->notify || (v->device.polled && v->device.id != VIRTIO_ID_BALLOON)) {
		kprintf("PCI %x:%02x.%u: virtio device type %u without modern interface or MSI-X\n", p->bus, p->slot, p->function, v->device.id);
		return 0;
	}
	virtio_attach(&v->device);
	return 0;
}

PCI_DRIVER(virtio_pci, PCI_ID(PCI_VENDOR_VIRTIO, 0), probe);
