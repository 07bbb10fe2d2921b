/* The two 8259 interrupt controllers (Intel 8259A), which nothing here uses. KVM's start with every
 * line open and vectors from 0 on, and the first processor's local APIC passes them on (LINT0 is an
 * ExtINT after reset, and Firecracker sets it so), so they are masked before any device is started. */
#include "driver.h"
#include "kernel.h"
#include "offsets.h"

#define PORT_MASK_FIRST		0x21
#define PORT_MASK_SECOND	0xa1

static int probe(struct virtio_device *unused)
{
	(void)unused;
	monitor_call(MON_OUTB, PORT_MASK_FIRST, 0xff, 0);
	monitor_call(MON_OUTB, PORT_MASK_SECOND, 0xff, 0);
	return 0;
}

DRIVER(i8259, 0, probe);
