/* /proc/sys/fs/inotify (inotify(7)). */
#include "inotify.h"
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"

static void show_queued(struct text *t) { text_printf(t, "%d\n", INOTIFY_QUEUED_MAX); }
static void show_instances(struct text *t) { text_printf(t, "%d\n", INOTIFY_INSTANCES_MAX); }
static void show_watches(struct text *t) { text_printf(t, "%u\n", inotify_watches_max()); }

PROCNODES(inotify,
	{ "/proc/sys/fs/inotify/max_queued_events", S_IFREG | 0444, .show = show_queued },
	{ "/proc/sys/fs/inotify/max_user_instances", S_IFREG | 0444, .show = show_instances },
	{ "/proc/sys/fs/inotify/max_user_watches", S_IFREG | 0444, .show = show_watches },
);
