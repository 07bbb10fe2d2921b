/* /proc/net: sockets of the Internet families. What makes such sockets brings this file, and procfs keeps it. */
#include "af_inet.h"
#include "kernel.h"
#include "procfs.h"
#include "vfs.h"

const char inet_nodes_file[1];

/* Which file it is, is behind the node's name. */
static void show_sockets(struct text *t) { inet_list(t, *proc_arg(t->node) - '0'); }

PROCNODES(net_sockets,
	{ "rt" "net/tcp\0" "0", show_sockets },
	{ "rt" "net/tcp6\0" "1", show_sockets },
	{ "rt" "net/udp\0" "2", show_sockets },
	{ "rt" "net/udp6\0" "3", show_sockets },
	{ "rt" "net/udplite\0" "4", show_sockets },
	{ "rt" "net/udplite6\0" "5", show_sockets },
);
/* What sockets begin with and obey (net/inet/option.c, port.c, bind.c). */
PROCNODES_IN("/proc/sys/net/", inet_settings,
	PROC_VALUE("r-" "ipv4/ping_group_range", "0\t2147483647"),	/* echo sockets are for everybody */
	PROC_VALUE("r-" "ipv4/ip_local_port_range", "32768\t60999"),
	PROC_VALUE("r-" "ipv4/ip_unprivileged_port_start", "1024"),
	PROC_VALUE("r-" "ipv4/ip_default_ttl", "64"),
	PROC_VALUE("r-" "ipv4/ip_forward", "0"),
	PROC_VALUE("r-" "ipv4/ip_nonlocal_bind", "0"),
	PROC_VALUE("r-" "ipv4/tcp_congestion_control", "cubic"),
	PROC_VALUE("r-" "ipv4/tcp_available_congestion_control", "cubic reno"),
	PROC_VALUE("r-" "ipv4/tcp_allowed_congestion_control", "cubic reno"),
	PROC_VALUE("r-" "ipv4/tcp_fastopen", "0"),
	PROC_VALUE("r-" "ipv4/tcp_fin_timeout", "60"),
	PROC_VALUE("r-" "ipv4/tcp_keepalive_intvl", "75"),
	PROC_VALUE("r-" "ipv4/tcp_keepalive_probes", "9"),
	PROC_VALUE("r-" "ipv4/tcp_keepalive_time", "7200"),
	PROC_VALUE("r-" "ipv4/tcp_syn_retries", "6"),
	PROC_VALUE("r-" "ipv6/bindv6only", "0"),
	PROC_VALUE("r-" "ipv6/conf/all/disable_ipv6", "0"),
	PROC_VALUE("r-" "ipv6/conf/default/disable_ipv6", "0"),
);
