/* Boot: every bus that is linked in looks for its devices, and asks here who drives them. */
#include "driver.h"
#include "kernel.h"

void drivers_probe(void)
{
	for (const struct driver *d = drivers_start; d < drivers_end; d++) {
		if (d->id)
			continue;
		int err = d->probe(NULL);
		if (err)
			kprintf("driver %s: error %d\n", d->name, -err);
	}
}
