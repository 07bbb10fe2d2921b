/* Random bytes from a device. */
#include "interface.h"

/* Fills all of BUF or returns -errno; may sleep. */
INTERFACE(int, entropy_read, (void *buf, size_t n), (buf, n), -ENODEV)
