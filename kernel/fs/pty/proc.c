/* What /proc shows of pseudoterminals (pty(7), proc(5)). */
#include "pty.h"

const char *pty_drivers(void)
{
	return "/dev/ptmx            /dev/ptmx       5       2 system\n"
		"pty_slave            /dev/pts      136 0-1048575 pty:slave\n"
		"pty_master           /dev/ptm      128 0-1048575 pty:master\n";
}

static void show_max(struct text *t)
{
	text_printf(t, "%u\n", PTY_MOST);
}
PROCNODE(pty_max, "r-" "sys/kernel/pty/max", show_max);

static void show_count(struct text *t)
{
	text_printf(t, "%u\n", pty_count);
}
PROCNODE(pty_nr, "r-" "sys/kernel/pty/nr", show_count);
