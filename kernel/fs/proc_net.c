/* /proc/net: interfaces and routes. What makes netlink sockets keeps them. */
#include "af_netlink.h"
#include "kernel.h"
#include "vfs.h"

static void show_dev(struct text *t) { interface_list(t, 0); }
static void show_route(struct text *t) { interface_list(t, 1); }
static void show_inet6(struct text *t) { interface_list(t, 2); }

PROCNODES(net_interfaces,
	{ "rt" "net/dev", show_dev },
	{ "rt" "net/if_inet6", show_inet6 },
	{ "rt" "net/route", show_route },
);
