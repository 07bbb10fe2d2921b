/* /proc/net: sockets of the Internet families. What makes such sockets brings this file, and procfs keeps it. */
#include "af_inet.h"
#include "kernel.h"
#include "procfs.h"
#include "vfs.h"

const char inet_nodes_file[1];

/* Which file it is, is behind the node's name. */
static void show_sockets(struct text *t) { inet_list(t, *proc_arg(t->node) - '0'); }

PROCNODES(net_sockets,
	{ "r-" "net/tcp\0" "0", show_sockets },
	{ "r-" "net/tcp6\0" "1", show_sockets },
	{ "r-" "net/udp\0" "2", show_sockets },
	{ "r-" "net/udp6\0" "3", show_sockets },
	{ "r-" "net/udplite\0" "4", show_sockets },
	{ "r-" "net/udplite6\0" "5", show_sockets },
);
PROCNODES_IN("/proc/sys/", inet_settings,
	PROC_VALUE("r-" "net/ipv4/ping_group_range", "0\t2147483647"),	/* echo sockets are for everybody */
);
