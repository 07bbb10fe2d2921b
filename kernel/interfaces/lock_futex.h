/* What the C library's own locks wait and wake with. In a program without threads nobody ever waits
 * for one, and futex(2) is not there. */
#include "interface.h"

struct timespec;
INTERFACE(long, sys_lock_futex, (int *addr, int op, int value, const struct timespec *timeout, int *addr2, u32 value3),
	(addr, op, value, timeout, addr2, value3), 0)
