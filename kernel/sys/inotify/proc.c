/* /proc/sys/fs/inotify (inotify(7)). */
#include "inotify.h"
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"

static void show_queued(struct text *t) { text_printf(t, "%d\n", INOTIFY_QUEUED_MAX); }
static void show_instances(struct text *t) { text_printf(t, "%d\n", INOTIFY_INSTANCES_MAX); }
static void show_watches(struct text *t) { text_printf(t, "%u\n", inotify_watches_max()); }

PROCNODES_IN("/proc/sys/fs/inotify/", inotify,
	{ "r-" "max_queued_events", show_queued },
	{ "r-" "max_user_instances", show_instances },
	{ "r-" "max_user_watches", show_watches },
);
