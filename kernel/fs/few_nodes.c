/* The nodes of /proc and /sys that Go's runtime asks for: the size of large pages, the processor time of its control group, auxv
 * when it has to (os_linux.go, cgroup_linux.go). The others are in a module (fs/proc/module.c), which wants this file by
 * few_nodes, or left out, for which the image builder does. */
#include "kernel.h"
#include "procfs.h"

const char few_nodes[1];

/* What is there with calls only; a program whose names are all known has a definition of its own (fs/constant_paths.c). */
OPTIONAL void nodes_of_calls(void)
{
	KEEP_IF_THERE(procnode_net_sockets);
	KEEP_IF_THERE(procnode_inet_settings);
}

void proc_nodes(void)
{
	nodes_of_calls();
	KEEP(procnode_self);
	KEEP(procnode_self_auxv);
	KEEP(procnode_self_cgroup);
	KEEP(procnode_self_mountinfo);
}

void sys_nodes(void)
{
	KEEP(procnode_huge_pages);
}
