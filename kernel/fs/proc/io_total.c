/* The counting behind /proc/self/io, which calls and the page cache ask for weakly. */
#include "io.h"
#include "vfs.h"

u64 io_total[5];
_Static_assert(sizeof(io_total) == sizeof(((struct thread *)0)->io), "counters of a thread");

static void count(int which, u64 n)
{
	io_total[which] += n;
	current()->io[which] += n;
}

long io_counted(long result, bool write)
{
	if (result != -EBADF && result != -EINVAL)	/* these come before anything is asked of the file */
		count(CALLS + write, 1);
	count(BYTES + write, max(result, 0L));
	return result;
}

void io_fetched(u64 n)
{
	count(FETCHED, n);
}
