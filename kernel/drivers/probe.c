/* Boot: every bus that is linked in looks for its devices. */
#include "driver.h"
#include "kernel.h"

void drivers_probe(void)
{
	for (const struct driver *d = drivers_start; d < drivers_end; d++) {
		if (d->virtio_id)
			continue;
		int err = d->probe(NULL);
		if (err)
			kprintf("driver %s: error %d\n", d->name, -err);
	}
}
