/* /proc/net/unix (proc_pid_net(5)). What makes sockets keeps it. */
#include "af_unix.h"
#include "kernel.h"
#include "vfs.h"

static void show(struct text *t)
{
	text_printf(t, "Num       RefCount Protocol Flags    Type St Inode Path\n");
	unix_list(t);
}
PROCNODE(net_unix, "/proc/net/unix", S_IFREG | 0444, false, show);
