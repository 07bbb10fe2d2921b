/* The 16550 serial port: early messages and panics only, so it is neither
 * initialised nor polled; virtual machines take bytes at any time. */
#include "kernel.h"
#include "offsets.h"

void serial_write(const char *s, size_t n)
{
	monitor_call(MON_OUTS, PORT_SERIAL, (u64)s, n);
}
