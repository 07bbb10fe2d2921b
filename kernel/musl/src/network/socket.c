/* Without musl's second try for kernels that lack the flags. */
#include <sys/socket.h>
#include "syscall.h"

int socket(int domain, int type, int protocol)
{
	return syscall(SYS_socket, domain, type, protocol);
}
