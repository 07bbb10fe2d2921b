/* /proc/self/cmdline, environ and small constants of the process. */
#include "kernel.h"
#include "limits.h"
#include "linux_file.h"
#include "procfs.h"

/* The memory where the strings were put, whatever the program made of it since (Linux fs/proc/base.c). */
static void put_memory(struct text *t, const char *from, const char *end)
{
	if (user_ok(from, end - from, PROT_READ))
		text_add(t, from, end - from);
}

/* A program that changed its title may have gone on into the environment, up to a NUL. */
static void show_cmdline(struct text *t)
{
	const char *end = exe_env;

	if (user_ok(exe_args, exe_env_end - exe_args, PROT_READ) && end > exe_args && end[-1])
		while (end < exe_env_end && *end)
			end++;
	put_memory(t, exe_args, end);
}
PROCNODE(self_cmdline, "rt" "cmdline", show_cmdline);

static void show_environ(struct text *t)
{
	put_memory(t, exe_env, exe_env_end);
}
PROCNODE(self_environ, "pt" "environ", show_environ);

static void show_auxv(struct text *t)
{
	const u64 *end = exe_auxv;

	if (!user_ok(exe_auxv, 2 * sizeof(u64), PROT_READ))
		return;
	while (*end)
		end += 2;
	put_memory(t, (const char *)exe_auxv, (const char *)(end + 2));
}
PROCNODE(self_auxv, "pt" "auxv", show_auxv);

static void show_cgroup(struct text *t)
{
	text_printf(t, "0::/\n");
}
PROCNODE(self_cgroup, "rt" "cgroup", show_cgroup);

static void put_limit(struct text *t, const char *name, u64 soft, u64 hard, const char *unit)
{
	text_printf(t, "%s%s", name, "                          " + min(strlen(name), (size_t)26));
	for (int i = 0; i < 2; i++) {
		char number[24];
		u64 v = i ? hard : soft;
		if (v == ~0UL)
			ksnprintf(number, sizeof(number), "unlimited");
		else
			ksnprintf(number, sizeof(number), "%lu", v);
		text_printf(t, "%s%s", number, "                     " + min(strlen(number), (size_t)21));
	}
	text_printf(t, "%s\n", *unit ? unit : "          ");
}

OPTIONAL void cpu_limit_moved(void) {}	/* sys/system/cpu_limit.c */

static void show_limits(struct text *t)
{
	static const struct { const char *name, *unit; } limits[RLIM_NLIMITS] = {
		{ "Max cpu time", "seconds   " }, { "Max file size", "bytes     " }, { "Max data size", "bytes     " },
		{ "Max stack size", "bytes     " }, { "Max core file size", "bytes     " }, { "Max resident set", "bytes     " },
		{ "Max processes", "processes " }, { "Max open files", "files     " }, { "Max locked memory", "bytes     " },
		{ "Max address space", "bytes     " }, { "Max file locks", "locks     " }, { "Max pending signals", "signals   " },
		{ "Max msgqueue size", "bytes     " }, { "Max nice priority", "" }, { "Max realtime priority", "" },
		{ "Max realtime timeout", "us        " },
	};

	cpu_limit_moved();
	text_printf(t, "Limit                     Soft Limit           Hard Limit           Units     \n");
	for (unsigned i = 0; i < RLIM_NLIMITS; i++)
		put_limit(t, limits[i].name, rlimits[i].soft, rlimits[i].hard, limits[i].unit);
}
PROCNODE(self_limits, "rt" "limits", show_limits);
