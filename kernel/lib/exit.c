/* The end of the VM: two status bytes, then the exit port. Where there is none, what is linked in to
 * power the machine off. */
#include "af_vsock.h"
#include "console_out.h"
#include "file_sync.h"
#include "inet_host.h"
#include "inet_lwip.h"
#include "kernel.h"
#include "offsets.h"

OPTIONAL void power_off(u64 kind, u64 value) {}
OPTIONAL void readonly_tell(u64 value) {}	/* fs/readonly.c */
OPTIONAL void pvpanic_tell(u64 kind) {}		/* drivers/pvpanic.c */

volatile u32 *exit_register;	/* of a runner that takes both bytes and ends the machine; NULL: the ports */

void vm_exit(char end, u8 with)
{
	u64 kind = (u8)end, value = with;	/* as wide as registers, which saves code */

	if (kind != STATUS_PANIC) {
		readonly_tell(value);
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
