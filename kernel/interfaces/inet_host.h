/* Sockets of the host for the guest's: net/inet_host has the device. */
#include "interface.h"

/* At the end of the machine: the device has everything that was sent. */
INTERFACE_OF_LOADED(void, inet_host_flush, (void), (), )
