/* The end of the VM: two status bytes, then the exit port. */
#include "kernel.h"
#include "offsets.h"

OPTIONAL void console_flush(void) {}

void vm_exit(char kind, u8 value)
{
	if (kind != 'p')
		console_flush();
	monitor_call(MON_OUTB, PORT_STATUS, kind, 0);
	monitor_call(MON_OUTB, PORT_STATUS, value, 0);
	for (;;)
		monitor_call(MON_OUTB, PORT_EXIT, value, 0);
}
