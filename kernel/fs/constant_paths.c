/* For programs of Go in which nothing but the runtime opens files, by names of its own. The image builder selects this file by
 * constant_paths when it has found no other call that takes a path; then there is no need for other file systems than /proc
 * and /sys, of which it leaves all but the runtime's nodes out. */
#include "kernel.h"
#include "procfs.h"

const char constant_paths[1];

void path_mounts(void)
{
	KEEP(fsmount_proc);
	KEEP(fsmount_sys);
}

void nodes_of_calls(void) {}
