/* The end of the VM: two status bytes, then the exit port. Where there is none, what is linked in to
 * power the machine off. */
#include "af_vsock.h"
#include "console_out.h"
#include "file_sync.h"
#include "inet_host.h"
#include "inet_lwip.h"
#include "kernel.h"
#include "offsets.h"

OPTIONAL void power_off(char kind, u8 value) {}
OPTIONAL void pvpanic_tell(char kind) {}		/* drivers/pvpanic.c */

volatile u32 *exit_register;	/* of a runner that takes both bytes and ends the machine; NULL: the ports */

void vm_exit(char kind, u8 value)
{
	if (kind != 'p') {
		file_systems_sync(true);
		vsock_flush();
		inet_host_flush();
		inet_lwip_flush();
		console_flush();
		if (exit_register)	/* one exit, not three monitor calls */
			*exit_register = kind | value << 8;
	}
	monitor_call(MON_OUTB, PORT_STATUS, kind, 0);
	monitor_call(MON_OUTB, PORT_STATUS, value, 0);
	pvpanic_tell(kind);
	for (;;) {
		monitor_call(MON_OUTB, PORT_EXIT, value, 0);
		power_off(kind, value);
	}
}
