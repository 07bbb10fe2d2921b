/* A network card's TCP/IP stack for the guest's sockets: net/inet_lwip has it. */
#include "interface.h"

/* At the end of the machine: peers have everything that was sent, or do not take it. */
INTERFACE_OF_LOADED(void, inet_lwip_flush, (void), (), )
