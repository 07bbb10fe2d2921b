/* Sleeping in a read or write. */
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"

int file_wait(struct file *f, struct waitq *q, ns_t deadline)
{
	return f->flags & O_NONBLOCK ? -EAGAIN : wait_on(q, deadline, true);
}
