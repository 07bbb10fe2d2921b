/* /proc: the machine (proc(5)). */
#include "cpu.h"
#include "kernel.h"
#include "linux_file.h"
#include "procfs.h"

#define TICK	10000000UL

static void show_uptime(struct text *t)
{
	ns_t now = now_monotonic();

	text_printf(t, "%lu.%02lu 0.00\n", now / 1000000000, now / TICK % 100);
}
PROCNODE(uptime, "/proc/uptime", S_IFREG | 0444, false, show_uptime);

static void show_loadavg(struct text *t)
{
	text_printf(t, "0.00 0.00 0.00 1/%d %d\n", thread_count, PID);
}
PROCNODE(loadavg, "/proc/loadavg", S_IFREG | 0444, false, show_loadavg);

static void show_meminfo(struct text *t)
{
	u64 total = mem_total_pages * 4, free = mem_free_pages * 4, cached = 0;
	static const char *const zero[] = {
		"SwapCached", "Active", "Inactive", "SwapTotal", "SwapFree", "Dirty", "Writeback", "AnonPages", "Mapped",
		"Shmem", "Slab", "HugePages_Total", "HugePages_Free", NULL,
	};

	for (struct mount *m = mounts_all; m; m = m->next)
		cached += m->readonly ? 0 : m->blocks * 4;
	text_printf(t, "MemTotal:       %8lu kB\nMemFree:        %8lu kB\nMemAvailable:   %8lu kB\n", total, free, free);
	text_printf(t, "Buffers:        %8u kB\nCached:         %8lu kB\n", 0, cached);
	for (const char *const *z = zero; *z; z++)
		text_printf(t, "%s:%s%8u%s\n", *z, "               " + min(strlen(*z), (size_t)15), 0,
			(*z)[0] == 'H' ? "" : " kB");
	text_printf(t, "Hugepagesize:       2048 kB\n");
}
PROCNODE(meminfo, "/proc/meminfo", S_IFREG | 0444, false, show_meminfo);

static void show_stat(struct text *t)
{
	u64 busy = 0;
	struct thread *th;

	list_each(th, &all_threads, all)
		if (th != th->cpu->idle)
			busy += th->cpu_time;
	u64 up = now_monotonic() / TICK * cpu_count;
	busy = min(busy / TICK, up);
	text_printf(t, "cpu  %lu 0 0 %lu 0 0 0 0 0 0\n", busy, up - busy);
	for (unsigned i = 0; i < cpu_count; i++)
		text_printf(t, "cpu%u %lu 0 0 %lu 0 0 0 0 0 0\n", i, busy / cpu_count, (up - busy) / cpu_count);
	text_printf(t, "intr 0\nctxt 0\nbtime %lu\nprocesses 1\nprocs_running 1\nprocs_blocked 0\n",
		(now_realtime() - now_monotonic()) / 1000000000);
}
PROCNODE(stat, "/proc/stat", S_IFREG | 0444, false, show_stat);

struct utsname { char field[6][65]; };
long sys_uname(struct utsname *u);

static void show_version(struct text *t)
{
	struct utsname u;

	if (!sys_uname(&u))
		text_printf(t, "%s version %s (uk) %s\n", u.field[0], u.field[2], u.field[3]);
}
PROCNODE(version, "/proc/version", S_IFREG | 0444, false, show_version);
