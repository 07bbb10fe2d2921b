/* /proc: the machine's time (proc(5)). All of the processors' work is in ring 3, and so counts as the program's. */
#include "cpu.h"
#include "load.h"
#include "linux_file.h"
#include "procfs.h"
#include "uts.h"

#define TICK	10000000UL

static void put_seconds(struct text *t, ns_t n, const char *behind)
{
	text_printf(t, "%lu.%02lu%s", n / 1000000000, n / TICK % 100, behind);
}

static void show_uptime(struct text *t)
{
	put_seconds(t, now_monotonic(), " ");
	put_seconds(t, cpus_idle_time(), "\n");
}
PROCNODE(uptime, "r-" "uptime", show_uptime);

static void show_loadavg(struct text *t)
{
	u64 load[3];

	load_averages(load);
	for (int i = 0; i < 3; i++) {
		u64 n = load[i] + (1 << LOAD_SHIFT) / 200;
		text_printf(t, "%lu.%02lu ", n >> LOAD_SHIFT, (n & ((1 << LOAD_SHIFT) - 1)) * 100 >> LOAD_SHIFT);
	}
	text_printf(t, "%u/%d %d\n", threads_running(), thread_count, thread_next_tid - 1);
}
PROCNODE(loadavg, "r-" "loadavg", show_loadavg);

static void put_cpu(struct text *t, ns_t busy, ns_t idle)
{
	text_printf(t, " %lu 0 0 %lu 0 0 0 0 0 0\n", busy / TICK, idle / TICK);
}

static void put_interrupts(struct text *t)
{
	u64 all = 0;

	for (unsigned i = 0; i < cpu_count; i++)
		for (unsigned v = 0; v < array_len(cpu_at(i)->interrupts); v++)
			all += cpu_at(i)->interrupts[v];
	text_printf(t, "intr %lu", all);
	for (unsigned v = 0; v < array_len(cpu_at(0)->interrupts); v++) {
		u64 n = 0;
		for (unsigned i = 0; i < cpu_count; i++)
			n += cpu_at(i)->interrupts[v];
		text_printf(t, " %lu", n);
	}
}

static void show_stat(struct text *t)
{
	ns_t up = now_monotonic(), idle = cpus_idle_time();

	text_printf(t, "cpu ");
	put_cpu(t, up * cpu_count - min(idle, up * cpu_count), idle);
	for (unsigned i = 0; i < cpu_count; i++) {
		idle = cpu_idle_time(i);
		text_printf(t, "cpu%u", i);
		put_cpu(t, up - min(idle, up), idle);
	}
	put_interrupts(t);
	text_printf(t, "\nctxt %lu\nbtime %lu\nprocesses %d\nprocs_running %u\nprocs_blocked 0\nsoftirq 0 0 0 0 0 0 0 0 0 0 0\n",
		thread_switches, (now_realtime() - up) / 1000000000, thread_next_tid - 1, threads_running());
}
PROCNODE(stat, "r-" "stat", show_stat);

static void show_version(struct text *t)
{
	struct utsname u;

	uts_get(&u);
	text_printf(t, "%s version %s (uk) (gcc " __VERSION__ ") %s\n", u.field[0], u.field[2], u.field[3]);
}
PROCNODE(version, "r-" "version", show_version);
