/* /proc/self/io (proc_pid_io(5)): what calls moved, of the process and of each thread. What is fetched for files of the root file system counts as read
 * from a disk; nothing is written to one but through /dev/vdX, which waits for it and is not counted. */
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"
#include "../procfs.h"

enum { BYTES, CALLS = 2, FETCHED = 4 };	/* read, written; read, written; from a disk */
static u64 total[5];
_Static_assert(sizeof(total) == sizeof(((struct thread *)0)->io), "counters of a thread");

static void count(int which, u64 n)
{
	total[which] += n;
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

static void show(struct text *t)
{
	const struct thread *th = t->tid ? thread_by_tid(t->tid) : NULL;
	const u64 *n = th ? th->io : total;

	text_printf(t, "rchar: %lu\nwchar: %lu\nsyscr: %lu\nsyscw: %lu\n", n[BYTES], n[BYTES + 1], n[CALLS], n[CALLS + 1]);
	text_printf(t, "read_bytes: %lu\nwrite_bytes: 0\ncancelled_write_bytes: 0\n", n[FETCHED]);
}

PROCNODES(self_io, { "pt" "io", show });
