/* The console's output. */
#include "interface.h"

/* Waits until the device has everything that was written: the machine must not end before. */
INTERFACE_OF_LOADED(void, console_flush, (void), (), )
