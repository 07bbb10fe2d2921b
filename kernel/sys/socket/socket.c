/* socket(2): no family can be had this way; socketpair(2) makes what there is. */
#include "call.h"

long sys_socket(int family, int type, int protocol)
{
	if (type & ~(SOCK_TYPE_MASK | O_NONBLOCK | O_CLOEXEC))
		return -EINVAL;
	return -EAFNOSUPPORT;
}
SYSCALL(41, socket);
