/* /proc/self/oom_score_adj, oom_adj and oom_score (proc_pid_oom_score(5)): who is to end first when memory is out. There is
 * one process, so it always is; the values are kept and judged as on Linux. */
#include "kernel.h"
#include "linux_file.h"
#include "permission.h"
#include "procfs.h"

#define ADJ_MAX		1000
#define OLD_MAX		15	/* of oom_adj */
#define OLD_DISABLE	(-17)

static int adj, adj_least;

static void show_adj(struct text *t)
{
	text_printf(t, "%d\n", adj);
}

static void show_old(struct text *t)
{
	text_printf(t, "%d\n", adj == ADJ_MAX ? OLD_MAX : adj * -OLD_DISABLE / ADJ_MAX);
}

/* Thousandths of memory in use, shifted by adj, as Linux shows it since 5.8 (mm/oom_kill.c, oom_badness). */
static void show_score(struct text *t)
{
	s64 points = mem_total_pages - mem_free_pages - mem_lent_pages + (s64)adj * (s64)mem_total_pages / ADJ_MAX;

	if (adj == -ADJ_MAX)
		points = -(s64)mem_total_pages;
	text_printf(t, "%ld\n", (ADJ_MAX + points * ADJ_MAX / (s64)mem_total_pages) * 2 / 3);
}

/* Lower than whoever could has set it takes CAP_SYS_RESOURCE. */
static long set(long v)
{
	if (v < adj_least && !capable(CAP_SYS_RESOURCE))
		return -EACCES;
	adj = v;
	if (capable(CAP_SYS_RESOURCE))
		adj_least = v;
	return 0;
}

static long store_adj(const struct text *t, const char *buf, size_t n)
{
	long v, err = parse_int(buf, n, &v);

	if (!err && (v < -ADJ_MAX || v > ADJ_MAX))
		err = -EINVAL;
	err = err ? err : set(v);
	return err ? err : (long)n;
}

static long store_old(const struct text *t, const char *buf, size_t n)
{
	long v, err = parse_int(buf, n, &v);

	if (!err && (v < OLD_DISABLE || v > OLD_MAX))
		err = -EINVAL;
	err = err ? err : set(v == OLD_MAX ? ADJ_MAX : v * ADJ_MAX / -OLD_DISABLE);
	return err ? err : (long)n;
}

static const struct procmore new = { show_adj, store_adj }, old = { show_old, store_old };

PROCNODES(self_oom,
	{ "wt" "oom_score_adj", .more = &new },
	{ "wt" "oom_adj", .more = &old },
	{ "rt" "oom_score", show_score },
);
