/* The pvpanic device (QEMU docs/specs/pvpanic): one byte at an ISA port, or a
 * register (pvpanic_pci.c). Reading gives the events it takes. */
#include "driver.h"
#include "kernel.h"
#include "offsets.h"
#include "pvpanic.h"

#define PORT_PVPANIC	0x505
#define PANICKED	1

static bool on_port;
volatile u8 *pvpanic_reg;

bool pvpanic_takes(u8 events)
{
	return events & PANICKED && events != 0xff;	/* 0xff: nothing is there */
}

static int probe(struct virtio_device *unused)
{
	(void)unused;
	on_port = pvpanic_takes(monitor_call(MON_INB, PORT_PVPANIC, 0, 0));
	return 0;
}

/* lib/exit.c: the status is told already. */
void pvpanic_tell(u64 kind)
{
	if (kind != STATUS_PANIC)
		return;
	if (pvpanic_reg)
		*pvpanic_reg = PANICKED;
	if (on_port)
		monitor_call(MON_OUTB, PORT_PVPANIC, PANICKED, 0);
}

DRIVER(pvpanic, 0, probe);
