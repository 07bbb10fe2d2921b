/* What sockets of every family answer: they can be asked for network interfaces. */
#include "af_inet.h"
#include "kernel.h"
#include "socket.h"

long socket_ioctl(unsigned long cmd, unsigned long arg)
{
	return interface_ioctl(cmd, arg);
}
