/* /proc/self/stat, statm, status, comm and the like (proc(5)). */
#include "cpu.h"
#include "identity.h"
#include "kernel.h"
#include "linux_file.h"
#include "limits.h"
#include "proc/cpu_mask.h"
#include "proc/lines.h"
#include "proc/memory.h"
#include "proc_parts.h"
#include "signal.h"

#define TICK	10000000UL	/* of the USER_HZ = 100 that programs expect */

#define SHOWN_SIGNALS 0x7fffffffUL	/* the standard ones, as Linux has it in stat */

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
	struct memory_parts p;
	struct memory_use u;
	u64 sets[5] = { 0 };

	memory_parts(&p);
	memory_all(&u);
	signal_sets(th, sets);
	u32 terminal = controlling_rdev();
	text_printf(t, "%d (%s) %c 0 %d %d %u %d 4194560 ", t->tid ? t->tid : PID, th->name, state_of(th), PID, PID, terminal, terminal ? PID : -1);
	text_printf(t, "0 0 0 0 %lu 0 0 0 %d %d %d 0 %lu %lu %lu %lu ", ticks(t),
		th->rt_priority ? -1 - th->rt_priority : 20 + th->nice, th->nice, thread_count, th->started / TICK,
		p.size, u.rss / PAGE_SIZE, rlimits[RLIMIT_RSS].soft);
	text_printf(t, "%lu %lu %lu 0 0 %lu %lu %lu %lu 0 0 0 17 %u %u %u 0 0 0 ", p.code_start, p.code_end, (u64)exe_auxv,
		sets[0] & SHOWN_SIGNALS, sets[2] & SHOWN_SIGNALS, sets[3] & SHOWN_SIGNALS, sets[4] & SHOWN_SIGNALS,
		th->cpu ? th->cpu->index : 0, th->rt_priority, th->policy);
	text_printf(t, "%lu %lu %lu %lu %lu %lu %lu 0\n", p.data_start, p.data_end, brk_begin(), (u64)exe_args, (u64)exe_env, (u64)exe_env,
		(u64)exe_env_end);
}
PROCNODE(self_stat, "rt" "stat", show_stat);

static void show_statm(struct text *t)
{
	struct memory_parts p;
	struct memory_use u;

	memory_parts(&p);
	memory_all(&u);
	text_printf(t, "%lu %lu %lu %lu 0 %lu 0\n", p.size / PAGE_SIZE, u.rss / PAGE_SIZE, (u.file + u.shmem) / PAGE_SIZE, p.code / PAGE_SIZE,
		(p.data + p.stack) / PAGE_SIZE);
}
PROCNODE(self_statm, "rt" "statm", show_statm);

static void show_ids(struct text *t, const char *name, const struct ids *i)
{
	text_printf(t, "%s:\t%u\t%u\t%u\t%u\n", name, i->real, i->effective, i->saved, i->fs);
}

static void show_memory(struct text *t)
{
	static u64 most_size, most_rss;	/* as far as somebody asked: neither is watched all the time */
	struct memory_parts p;
	struct memory_use u;

	memory_parts(&p);
	memory_all(&u);
	most_size = max(most_size, p.size);
	most_rss = max(most_rss, u.rss);
	const u64 kb[26] = {
		LETTER('a') = u.anon >> 10, LETTER('c') = p.code >> 10, LETTER('d') = p.data >> 10, LETTER('f') = u.file >> 10,
		LETTER('h') = most_rss >> 10, LETTER('l') = p.libraries >> 10, LETTER('m') = p.locked >> 10, LETTER('p') = most_size >> 10,
		LETTER('r') = u.rss >> 10, LETTER('s') = u.shmem >> 10, LETTER('t') = p.stack >> 10, LETTER('u') = u.tables >> 10,
		LETTER('v') = p.size >> 10,
	};
	put_lines(t, "pVmPeak:vVmSize:mVmLck:zVmPin:hVmHWM:rVmRSS:aRssAnon:fRssFile:sRssShmem:dVmData:tVmStk:cVmExe:lVmLib:uVmPTE:zVmSwap:"
		"zHugetlbPages:", "%.*s\t%8lu kB\n", kb);
}

#define MASK_LINE "%.*s\t%016lx\n"

static void show_signals(struct text *t, const struct thread *th)
{
	u64 sets[26] = { 0 }, limit = rlimits[RLIMIT_SIGPENDING].soft;

	signal_sets(th, sets);
	text_printf(t, "SigQ:\t%lu/%lu\n", signals_waiting(), limit);
	put_lines(t, "aSigPnd:bShdPnd:cSigBlk:dSigIgn:eSigCgt:", MASK_LINE, sets);
}

static void show_capabilities(struct text *t, const struct identity *id)
{
	const u64 sets[26] = { id->inheritable, id->permitted, id->in_effect, id->bounding, id->ambient };

	put_lines(t, "aCapInh:bCapPrm:cCapEff:dCapBnd:eCapAmb:", MASK_LINE, sets);
}

static void show_status(struct text *t)
{
	struct thread *th = subject(t);
	const struct identity *id = identity_of(th);
	char s = state_of(th);
	int tid = t->tid ? t->tid : PID, slots = 64;

	for (int fd = -1; (fd = fd_next(fd + 1)) >= 0;)
		while (fd >= slots)
			slots *= 2;
	text_printf(t, "Name:\t%s\nUmask:\t%04o\nState:\t%c (%s)\nTgid:\t%d\nNgid:\t0\nPid:\t%d\nPPid:\t0\nTracerPid:\t0\n",
		th->name, fs_umask, s, s == 'R' ? "running" : "sleeping", PID, tid);
	show_ids(t, "Uid", &id->user);
	show_ids(t, "Gid", &id->group);
	text_printf(t, "FDSize:\t%d\nGroups:\t", slots);
	for (u32 i = 0; i < id->group_count; i++)
		text_printf(t, i ? " %d" : "%d", id->groups[i]);
	text_printf(t, " \nNStgid:\t%d\nNSpid:\t%d\nNSpgid:\t%d\nNSsid:\t%d\nKthread:\t0\n", PID, tid, PID, PID);
	show_memory(t);
	text_printf(t, "CoreDumping:\t0\nTHP_enabled:\t1\nThreads:\t%d\n", thread_count);
	show_signals(t, th);
	show_capabilities(t, id);
	text_printf(t, "NoNewPrivs:\t%d\nSeccomp:\t0\nSeccomp_filters:\t0\n", id->no_new_privs);
	text_printf(t, "Cpus_allowed:\t");
	put_cpu_mask(t, cpus_allowed(th));
	text_printf(t, "Cpus_allowed_list:\t");
	put_cpu_list(t, cpus_allowed(th));
	text_printf(t, "Mems_allowed:\t1\nMems_allowed_list:\t0\nvoluntary_ctxt_switches:\t%lu\nnonvoluntary_ctxt_switches:\t%lu\n",
		th->switches[0], th->switches[1]);
}
PROCNODE(self_status, "rt" "status", show_status);

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
	return n;
}
static const struct procmore comm = { show_comm, store_comm };
PROCNODE(self_comm, "wt" "comm", .more = &comm);
