/* /proc/sys/fs/inotify (inotify(7)). Only events are counted; descriptors and watches end with memory. */
#include "inotify.h"
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"

static void show_queued(struct text *t) { text_printf(t, "%d\n", INOTIFY_QUEUED_MAX); }
static void show_any(struct text *t) { text_printf(t, "%d\n", 0x7fffffff); }

PROCNODES(inotify,
	{ "/proc/sys/fs/inotify/max_queued_events", S_IFREG | 0444, .show = show_queued },
	{ "/proc/sys/fs/inotify/max_user_instances", S_IFREG | 0444, .show = show_any },
	{ "/proc/sys/fs/inotify/max_user_watches", S_IFREG | 0444, .show = show_any },
);
