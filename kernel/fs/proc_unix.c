/* /proc/net/unix (proc_pid_net(5)), and the limits of sockets. What makes sockets keeps it. The folder is a process's, and
 * /proc/net leads to the reader's own. */
#include "af_unix.h"
#include "kernel.h"
#include "socket.h"
#include "vfs.h"

static void show(struct text *t)
{
	text_printf(t, "Num       RefCount Protocol Flags    Type St Inode Path\n");
	unix_list(t);
}
static void show_link(struct text *t) { text_printf(t, "self/net"); }
static void show_backlog(struct text *t) { text_printf(t, "%d\n", SOMAXCONN); }
static void show_control(struct text *t) { text_printf(t, "%d\n", CONTROL_MAX); }
static void show_room(struct text *t) { text_printf(t, "%d\n", ROOM_MAX); }

PROCNODES_IN("/proc/sys/net/core/", net_settings,
	{ "r-" "somaxconn", show_backlog },
	{ "r-" "optmem_max", show_control },
	{ "r-" "rmem_default", show_room },	/* which is what they begin with */
	{ "r-" "rmem_max", show_room },
	{ "r-" "wmem_default", show_room },
	{ "r-" "wmem_max", show_room },
);
PROCNODES(net_unix,
	{ "l-" "net", show_link },
	{ "rt" "net/unix", show },
);
