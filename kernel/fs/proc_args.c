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

static void put_value(struct text *t, u64 v)
{
	char number[24];

	ksnprintf(number, sizeof(number), v == ~0UL ? "unlimited" : "%lu", v);
	text_printf(t, "%21s", number);
}

static void show_limits(struct text *t)
{
	/* Names and units, in the order of RLIMIT_*. */
	static const char limits[] = "cpu time\0seconds\0file size\0bytes\0data size\0bytes\0stack size\0bytes\0core file size\0bytes\0"
		"resident set\0bytes\0processes\0processes\0open files\0files\0locked memory\0bytes\0address space\0bytes\0file locks\0locks\0"
		"pending signals\0signals\0msgqueue size\0bytes\0nice priority\0\0realtime priority\0\0realtime timeout\0us";
	const char *s = limits;

	text_printf(t, "Limit                     Soft Limit           Hard Limit           Units     \n");
	for (unsigned i = 0; i < RLIM_NLIMITS; i++) {
		text_printf(t, "Max %22s", s);
		put_value(t, rlimits[i].soft);
		put_value(t, rlimits[i].hard);
		s += strlen(s) + 1;
		text_printf(t, *s ? "%10s\n" : "\n", s);
		s += strlen(s) + 1;
	}
}
PROCNODE(self_limits, "rt" "limits", show_limits);
