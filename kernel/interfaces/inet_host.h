/* Sockets of the host for the guest's: net/inet_host has the device. */
#include "interface.h"

/* At the end of the machine: the device has everything that was sent. */
INTERFACE_OF_LOADED(void, inet_host_flush, (void), (), )

/* CHANGE 1: this thread is about to ask sockets what there is, and may wait; -1: it does not any more; 0: it only asks. What
 * came meanwhile is with its sockets then; true: something did. The device interrupts only while somebody waits. */
INTERFACE_OF_LOADED(bool, inet_host_waits, (int change), (change), false)

/* This processor has nothing to do. True: look again; false: nothing came for a while, it may halt. */
INTERFACE_OF_LOADED(bool, inet_host_idle, (void), (), false)
