/* RLIMIT_FSIZE: how long a file may become. */
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"

u64 file_size_limit = ~0UL;

void signal_send(struct thread *t, int sig) __attribute__((weak, noplt));

static long too_long(void)
{
	if (!signal_send)	/* nobody can have asked to survive it */
		vm_exit(STATUS_SIGNAL, SIGXFSZ);
	signal_send(current(), SIGXFSZ);
	return -EFBIG;
}

long file_size_allow(u64 pos, size_t n)
{
	if (n && pos >= file_size_limit)
		return too_long();
	return min(n, file_size_limit - pos);
}

int file_size_check(struct vnode *v, u64 size)
{
	return size > v->size && size > file_size_limit ? too_long() : 0;
}
