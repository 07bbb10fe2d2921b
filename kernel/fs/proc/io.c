/* /proc/self/io (proc_pid_io(5)): what calls moved. What is fetched for files of the root file system counts as read
 * from a disk; nothing is written to one but through /dev/vdX, which waits for it and is not counted. */
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"
#include "../procfs.h"

static u64 bytes[2], calls[2];	/* read, written */
static u64 fetched;

long io_counted(long result, bool write)
{
	if (result != -EBADF && result != -EINVAL)	/* these come before anything is asked of the file */
		calls[write]++;
	bytes[write] += max(result, 0L);
	return result;
}

void io_fetched(u64 n)
{
	fetched += n;
}

static void show(struct text *t)
{
	text_printf(t, "rchar: %lu\nwchar: %lu\nsyscr: %lu\nsyscw: %lu\n", bytes[0], bytes[1], calls[0], calls[1]);
	text_printf(t, "read_bytes: %lu\nwrite_bytes: 0\ncancelled_write_bytes: 0\n", fetched);
}

PROCNODES(self_io, { "pt" "io", show });
