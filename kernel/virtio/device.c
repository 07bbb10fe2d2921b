/* Starting a device (virtio 1.2, section 3.1.1). */
#include "kernel.h"
#include "virtio.h"

#define STATUS_ACKNOWLEDGE 1
#define STATUS_DRIVER 2
#define STATUS_FEATURES_OK 8
#define F_VERSION_1 (1UL << 32)

int virtio_start(struct virtio_device *d, u64 wanted, u64 *got)
{
	const struct virtio_transport *t = d->transport;
	u8 status = STATUS_ACKNOWLEDGE | STATUS_DRIVER;

	t->set_status(d, 0);
	t->set_status(d, STATUS_ACKNOWLEDGE);	/* Firecracker wants one step at a time */
	t->set_status(d, status);
	u64 offered = t->get_features(d);
	if (!(offered & F_VERSION_1))
		return -ENODEV;
	*got = offered & (wanted | F_VERSION_1);
	t->set_features(d, *got);
	status |= STATUS_FEATURES_OK;
	t->set_status(d, status);
	return t->get_status(d) & STATUS_FEATURES_OK ? 0 : -ENODEV;
}

void virtio_driver_ok(struct virtio_device *d)
{
	d->transport->set_status(d, STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK | VIRTIO_DRIVER_OK);
}
