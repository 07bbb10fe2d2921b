/* /proc/self: the one user namespace there is (user_namespaces(7)), and that nobody logged in. */
#include "kernel.h"
#include "linux_file.h"
#include "procfs.h"

static void show_map(struct text *t)
{
	text_printf(t, "         0          0 4294967295\n");
}
PROCNODE(self_uid_map, "/proc/self/uid_map", S_IFREG | 0444, true, show_map);
PROCNODE(self_gid_map, "/proc/self/gid_map", S_IFREG | 0444, true, show_map);

static void show_setgroups(struct text *t)
{
	text_printf(t, "allow\n");
}
PROCNODE(self_setgroups, "/proc/self/setgroups", S_IFREG | 0444, false, show_setgroups);

static void show_unset(struct text *t)
{
	text_printf(t, "%u", ~0U);
}
PROCNODE(self_loginuid, "/proc/self/loginuid", S_IFREG | 0444, true, show_unset);
PROCNODE(self_sessionid, "/proc/self/sessionid", S_IFREG | 0444, true, show_unset);

static void show_swaps(struct text *t)
{
	text_printf(t, "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
}
PROCNODE(swaps, "/proc/swaps", S_IFREG | 0444, false, show_swaps);
