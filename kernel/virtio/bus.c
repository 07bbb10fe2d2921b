/* What every transport does with a device that it found: the driver of the
 * virtio device type (virtio 1.2, section 5) takes it over. */
#include "driver.h"
#include "kernel.h"
#include "virtio.h"

/* The types that have a driver in the kit: type, CONFIG_VIRTIO_ name. */
static const char names[] = "\1NET\0\2BLK\0\3CONSOLE\0\4RNG\0\5BALLOON\0\0119P\0\23VSOCK\0";

/* modules/hooks.c. Here, beside its only user: were it elsewhere, the linker could find the other one first. */
OPTIONAL bool module_later(void (*attach)(struct virtio_device *d), struct virtio_device *d) { return false; }

void virtio_attach(struct virtio_device *d)
{
	const struct driver *drv = driver_find(d->id);
	int err;

	if (drv) {
		d->transport->interrupt_start(d);
		err = drv->probe(d);
		if (err) {	/* the driver has freed all but the queues, or has not begun */
			kprintf("driver %s: error %d\n", drv->name, -err);
			virtio_stop(d);
		}
		return;
	}
	if (module_later(virtio_attach, d))
		return;
	for (const char *s = names; *s; s += strlen(s) + 1)
		if ((u32)*s == d->id)
			kprintf("virtio device type %u: its driver is not in this image, CONFIG_VIRTIO_%s=y adds it\n", d->id, s + 1);
}

void virtio_interrupt(struct virtio_device *d)
{
	for (unsigned i = 0; i < VIRTIO_MAX_QUEUES; i++)
		if (d->queues[i])
			d->queues[i]->done(d->queues[i]);
}
