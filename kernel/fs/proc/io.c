/* /proc/self/io (proc_pid_io(5)): what calls moved, of the process and of each thread. What is fetched for files of the root file system counts as read
 * from a disk; nothing is written to one but through /dev/vdX, which waits for it and is not counted. */
#include "kernel.h"
#include "linux_file.h"
#include "io.h"
#include "../procfs.h"

static void show(struct text *t)
{
	const struct thread *th = t->tid ? thread_by_tid(t->tid) : NULL;
	const u64 *n = th ? th->io : io_total;

	text_printf(t, "rchar: %lu\nwchar: %lu\nsyscr: %lu\nsyscw: %lu\n", n[BYTES], n[BYTES + 1], n[CALLS], n[CALLS + 1]);
	text_printf(t, "read_bytes: %lu\nwrite_bytes: 0\ncancelled_write_bytes: 0\n", n[FETCHED]);
}

PROCNODES(self_io, { "pt" "io", show });
