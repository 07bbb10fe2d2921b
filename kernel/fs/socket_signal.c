/* What sockets have to do with signals: in the kernel, which knows whether it has any. */
#include "kernel.h"
#include "socket.h"

void signal_send(struct thread *t, int sig) __attribute__((weak, noplt));
void signal_no_restart(void) __attribute__((weak, noplt));	/* arch/x86_64/signal_frame.c */

int socket_interrupted(ns_t deadline)
{
	if (deadline != FOREVER && signal_no_restart)
		signal_no_restart();
	return -EINTR;
}

long socket_broken(int flags)
{
	if (flags & MSG_NOSIGNAL)
		return -EPIPE;
	if (!signal_send)	/* nobody can have asked to survive it */
		vm_exit(STATUS_SIGNAL, SIGPIPE);
	signal_send(current(), SIGPIPE);
	return -EPIPE;
}
