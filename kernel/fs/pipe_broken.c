/* A write that nobody will read. */
#include "kernel.h"
#include "linux_file.h"
#include "pipe.h"

void signal_send(struct thread *t, int sig) __attribute__((weak, noplt));

long pipe_broken(void)
{
	if (!signal_send)	/* nobody can have asked to survive it */
		vm_exit(STATUS_SIGNAL, SIGPIPE);
	signal_send(current(), SIGPIPE);
	return -EPIPE;
}
