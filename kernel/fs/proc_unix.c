/* /proc/net/unix (proc_pid_net(5)), and the limits of sockets. What makes sockets keeps it. */
#include "af_unix.h"
#include "kernel.h"
#include "socket.h"
#include "vfs.h"

static void show(struct text *t)
{
	text_printf(t, "Num       RefCount Protocol Flags    Type St Inode Path\n");
	unix_list(t);
}
static void show_backlog(struct text *t) { text_printf(t, "%d\n", SOMAXCONN); }
static void show_control(struct text *t) { text_printf(t, "%d\n", CONTROL_MAX); }
static void show_room(struct text *t) { text_printf(t, "%d\n", ROOM_MAX); }

PROCNODES(net_settings,
	{ "/proc/sys/net/core/somaxconn", S_IFREG | 0444, .show = show_backlog },
	{ "/proc/sys/net/core/optmem_max", S_IFREG | 0444, .show = show_control },
	{ "/proc/sys/net/core/rmem_max", S_IFREG | 0444, .show = show_room },
	{ "/proc/sys/net/core/wmem_max", S_IFREG | 0444, .show = show_room },
);
PROCNODE(net_unix, "/proc/net/unix", S_IFREG | 0444, false, show);
