/* Who drives a device. */
#include "driver.h"
#include "kernel.h"

/* modules/hooks.c */
OPTIONAL const struct driver *module_driver(u32 id) { return NULL; }

const struct driver *driver_find(u32 id)
{
	for (const struct driver *d = drivers_start; d < drivers_end; d++)
		if (d->id == id)
			return d;
	return module_driver(id);
}
