/* /proc/self/stat, statm, status, comm and the like (proc(5)). */
#include "cpu.h"
#include "identity.h"
#include "kernel.h"
#include "linux_file.h"
#include "procfs.h"

#define TICK	10000000UL	/* of the USER_HZ = 100 that programs expect */

/* Of areas with all of FLAGS. */
static u64 area_bytes(int flags)
{
	u64 n = 0;

	for (unsigned i = 0; i < vma_count; i++)
		n += (vmas[i]->flags & flags) == flags ? vmas[i]->end - vmas[i]->start : 0;
	return n;
}

static struct thread *subject(const struct text *t)
{
	struct thread *th = thread_by_tid(t->tid ? t->tid : PID);

	return th ? th : current();
}

static u64 ticks(const struct text *t)
{
	return (t->tid ? thread_cpu_time(subject(t)) : process_cpu_time()) / TICK;
}

static char state_of(const struct thread *th)
{
	return th == current() || th->state != THREAD_BLOCKED ? 'R' : 'S';
}

static void show_stat(struct text *t)
{
	struct thread *th = subject(t);
	u64 stack = user_stack_top;

	text_printf(t, "%d (%s) %c 0 %d %d 0 -1 4194560 ", t->tid ? t->tid : PID, th->name, state_of(th), PID, PID);
	text_printf(t, "0 0 0 0 %lu 0 0 0 %d %d %d 0 0 %lu %lu 18446744073709551615 ", ticks(t),
		th->rt_priority ? -1 - th->rt_priority : 20 + th->nice, th->nice, thread_count,
		area_bytes(0), mem_total_pages - mem_free_pages - mem_lent_pages);
	text_printf(t, "1 1 %lu 0 0 0 0 0 0 0 0 0 17 %u %u %u 0 0 0 0 0 0 0 0 0 0 0\n", stack, th->cpu ? th->cpu->index : 0,
		th->rt_priority, th->policy);
}
PROCNODE(self_stat, "/proc/self/stat", S_IFREG | 0444, true, show_stat);

static void show_statm(struct text *t)
{
	text_printf(t, "%lu %lu 0 1 0 %lu 0\n", area_bytes(0) / PAGE_SIZE, mem_total_pages - mem_free_pages - mem_lent_pages,
		area_bytes(0) / PAGE_SIZE);
}
PROCNODE(self_statm, "/proc/self/statm", S_IFREG | 0444, true, show_statm);

static void show_ids(struct text *t, const char *name, const struct ids *i)
{
	text_printf(t, "%s:\t%u\t%u\t%u\t%u\n", name, i->real, i->effective, i->saved, i->fs);
}

static void show_caps(struct text *t, const char *name, u64 caps)
{
	text_printf(t, "Cap%s:\t%08x%08x\n", name, (u32)(caps >> 32), (u32)caps);
}

/* In digits, as many as there may be processors for and in groups of eight, and as a list of ranges. */
static void show_cpus(struct text *t, u64 mask)
{
	const char *comma = "";

	text_add(t, "Cpus_allowed:\t", 14);
	for (unsigned n = (cpu_count + 3) / 4; n-- > 0;)
		text_printf(t, n && !(n & 7) ? "%lx," : "%lx", mask >> (4 * n) & 15);
	text_add(t, "\nCpus_allowed_list:\t", 20);
	for (unsigned i = 0; i < cpu_count; i++) {
		if (!(mask >> i & 1))
			continue;
		unsigned from = i;
		while (i + 1 < cpu_count && mask >> (i + 1) & 1)
			i++;
		text_printf(t, i > from ? "%s%u-%u" : "%s%u", comma, from, i);
		comma = ",";
	}
	text_add(t, "\n", 1);
}

static void show_status(struct text *t)
{
	struct thread *th = subject(t);
	const struct identity *id = identity_of(th);
	char s = state_of(th);
	u64 size = area_bytes(0) / 1024, rss = (mem_total_pages - mem_free_pages - mem_lent_pages) * 4;

	text_printf(t, "Name:\t%s\nUmask:\t%04o\nState:\t%c (%s)\nTgid:\t%d\nNgid:\t0\nPid:\t%d\nPPid:\t0\nTracerPid:\t0\n",
		th->name, fs_umask, s, s == 'R' ? "running" : "sleeping", PID, t->tid ? t->tid : PID);
	show_ids(t, "Uid", &id->user);
	show_ids(t, "Gid", &id->group);
	text_printf(t, "FDSize:\t64\nGroups:\t");
	for (u32 i = 0; i < id->group_count; i++)
		text_printf(t, "%d ", id->groups[i]);
	text_printf(t, "\n");
	text_printf(t, "VmPeak:\t%8lu kB\nVmSize:\t%8lu kB\nVmLck:\t%8lu kB\nVmHWM:\t%8lu kB\nVmRSS:\t%8lu kB\nThreads:\t%d\n",
		size, size, area_bytes(MAP_LOCKED) >> 10, rss, rss, thread_count);
	show_caps(t, "Inh", id->inheritable);
	show_caps(t, "Prm", id->permitted);
	show_caps(t, "Eff", id->in_effect);
	show_caps(t, "Bnd", id->bounding);
	show_caps(t, "Amb", id->ambient);
	text_printf(t, "NoNewPrivs:\t%d\nSeccomp:\t0\n", id->no_new_privs);
	show_cpus(t, cpus_allowed(th));
}
PROCNODE(self_status, "/proc/self/status", S_IFREG | 0444, true, show_status);

static void show_comm(struct text *t)
{
	text_printf(t, "%s\n", subject(t)->name);
}

static long store_comm(const struct text *t, const char *buf, size_t n)
{
	struct thread *th = subject(t);
	size_t len = min(n, sizeof(th->name) - 1);

	memcpy(th->name, buf, len);
	th->name[len] = 0;
	if (len && th->name[len - 1] == '\n')
		th->name[len - 1] = 0;
	return n;
}
PROCNODE(self_comm, "/proc/self/comm", S_IFREG | 0644, true, show_comm, NULL, store_comm);
