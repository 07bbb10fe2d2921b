/* A vector is one message: what sys/file/readv.c and writev.c call in a program that makes sockets. */
#include "kernel.h"
#include "socket.h"

const char socket_vectors[1];	/* what makes sockets keeps it, and so selects this file */

long socket_readv(struct file *f, const struct iovec *v, u32 n, size_t total)
{
	struct socket_msg m = { .v = v, .n = n, .total = total };

	KEEP(user_lost_anchor);	/* a reader's memory is not looked at before (sys/file/room.c) */
	return socket_recv(f, &m, 0);
}

long socket_writev(struct file *f, const struct iovec *v, u32 n, size_t total)
{
	struct socket_msg m = { .v = v, .n = n, .total = total };

	return socket_send(f, &m, 0);
}
