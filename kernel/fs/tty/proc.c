/* /proc/tty: which terminals and line disciplines there are (proc(5)). ps(1) makes names of numbers by it. */
#include "tty.h"

/* fs/pty */
OPTIONAL const char *pty_drivers(void) { return ""; }

static void show_drivers(struct text *t)
{
	text_printf(t, "/dev/tty             /dev/tty        5       0 system:/dev/tty\n"
		"/dev/console         /dev/console    5       1 system:console\n%s", pty_drivers());
}
PROCNODE(tty_drivers, "r-" "tty/drivers", show_drivers);

static void show_disciplines(struct text *t)
{
	text_printf(t, "n_tty       0\n");
}
PROCNODE(tty_ldiscs, "r-" "tty/ldiscs", show_disciplines);
