/* Small files of /proc/self (proc_pid(5)). */
#include "kernel.h"
#include "linux_file.h"
#include "process.h"
#include "../procfs.h"

static void show_personality(struct text *t)
{
	text_printf(t, "%08x\n", personality_now());
}

/* How late timers may be, which is of no account here, for the process as prctl(2) keeps it. */
static void show_slack(struct text *t)
{
	text_printf(t, "%lu\n", timer_slack);
}

/* Linux shows 0 for what runs, and no symbols to whom may not see the kernel's. */
static void show_wchan(struct text *t)
{
	text_add(t, "0", 1);
}

static void show_nothing(struct text *t) {}

static void show_timens(struct text *t)
{
	text_printf(t, "monotonic           0         0\nboottime            0         0\n");
}

static void show_stats(struct text *t)
{
	for (struct mount *m = mounts_all; m; m = m->next)
		text_printf(t, "device %s mounted on %s with fstype %s\n", m->source, m->path, m->type);
}

PROCNODES(self_small,
	{ "pt" "personality", show_personality },
	{ "rs" "timerslack_ns", show_slack },
	{ "rt" "wchan", show_wchan },
	{ "rs" "timens_offsets", show_timens },
	{ "ps" "mountstats", show_stats },
	{ "rT" "children", show_nothing },	/* there are none */
);
