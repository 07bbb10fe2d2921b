/* /proc/self: the one user namespace there is (user_namespaces(7)), and that nobody logged in. */
#include "kernel.h"
#include "linux_file.h"
#include "procfs.h"

static void show_map(struct text *t)
{
	text_printf(t, "         0          0 4294967295\n");
}
PROCNODE(self_uid_map, "rt" "uid_map", show_map);
PROCNODE(self_gid_map, "rt" "gid_map", show_map);

static void show_setgroups(struct text *t)
{
	text_printf(t, "allow\n");
}
PROCNODE(self_setgroups, "rt" "setgroups", show_setgroups);

static void show_unset(struct text *t)
{
	text_printf(t, "%u", ~0U);
}
PROCNODE(self_loginuid, "rt" "loginuid", show_unset);
PROCNODE(self_sessionid, "rt" "sessionid", show_unset);

static void show_swaps(struct text *t)
{
	text_printf(t, "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
}
PROCNODE(swaps, "r-" "swaps", show_swaps);
