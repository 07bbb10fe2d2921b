/* The keyboard controller (Intel 8042), of which only one command is used: 0xfe at port 0x64 pulses
 * the processor's reset line. Firecracker ends then (its docs/api_requests/actions.md), and so does
 * QEMU with -no-reboot. */
#include "kernel.h"
#include "offsets.h"

#define PORT_COMMAND	0x64
#define PULSE_RESET	0xfe

extern const char power_off_anchor[];

/* The image builder's root for CONFIG_I8042. */
const char drv_i8042[1];

void i8042_reset(void)
{
	KEEP(power_off_anchor);
	monitor_call(MON_OUTB, PORT_COMMAND, PULSE_RESET, 0);
}
