/* For programs of Go in which nothing but the runtime opens files. What the runtime asks for it names itself: the size of
 * large pages, the processor time of its control group, auxv when it has to (os_linux.go, cgroup_linux.go). The image
 * builder selects this file by constant_paths when it has found no other call that takes a path; then there is no need
 * for other file systems, and none for the rest of /proc and /sys. */
#include "kernel.h"
#include "procfs.h"

const char constant_paths[1];

void path_mounts(void)
{
	KEEP(fsmount_proc);
	KEEP(fsmount_sys);
}

void proc_nodes(void)
{
	KEEP(procnode_self);
	KEEP(procnode_self_auxv);
	KEEP(procnode_self_cgroup);
	KEEP(procnode_self_mountinfo);
}

void sys_nodes(void)
{
	KEEP(procnode_huge_pages);
}
