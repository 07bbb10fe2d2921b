/* /proc/sys: what programs ask the kernel's settings for (proc_sys(5)). Each says what this kernel does. */
#include "driver.h"
#include "identity.h"
#include "kernel.h"
#include "limits.h"
#include "linux_file.h"
#include "procfs.h"

#define SETTING(path, value)	PROC_VALUE("r-" path, value)
#define LIMIT(path, value)	SETTING(path, DIGITS(value))	/* VALUE is defined as a decimal number */
#define DIGITS(value)		#value
#define MADE(path, function)	{ "r-" path, function }

static void show_randomize(struct text *t)
{
	const char *given = cmdline_get(CMD_ASLR, 0);	/* core/mm/aslr.c */

	text_printf(t, given && *given == 'o' ? "0\n" : "2\n");
}

static void show_threads(struct text *t) { text_printf(t, "%u\n", THREADS_MAX); }
static void show_lowest(struct text *t) { text_printf(t, "%u\n", USER_MIN); }
static void show_kept(struct text *t) { text_printf(t, "%lu\n", mem_kept_pages * 4); }

PROCNODES_IN("/proc/sys/", settings,
	LIMIT("kernel/pid_max", TID_MAX),
	MADE("kernel/threads-max", show_threads),
	LIMIT("kernel/ngroups_max", NGROUPS_MAX),
	LIMIT("kernel/cap_last_cap", CAP_LAST),
	MADE("kernel/randomize_va_space", show_randomize),
	SETTING("kernel/overflowuid", "65534"),
	SETTING("kernel/overflowgid", "65534"),
	SETTING("kernel/tainted", "0"),
	SETTING("kernel/sched_rt_runtime_us", "-1"),	/* FIFO and RR threads may have all of a processor */
	LIMIT("vm/max_map_count", VMA_MAX),
	MADE("vm/mmap_min_addr", show_lowest),
	MADE("vm/min_free_kbytes", show_kept),
	SETTING("vm/overcommit_memory", "0"),		/* core/mm/vma.c, vm_overcommit */
	SETTING("vm/overcommit_ratio", "50"),		/* of use with 2 only, as on Linux */
	SETTING("vm/overcommit_kbytes", "0"),
	SETTING("vm/swappiness", "0"),			/* there is no swap */
	SETTING("vm/nr_hugepages", "0"),		/* nor a pool of large pages; anonymous memory has them all the same */
	SETTING("vm/nr_overcommit_hugepages", "0"),
	SETTING("vm/legacy_va_layout", "0"),
	SETTING("fs/file-max", "9223372036854775807"),	/* memory is the limit */
	LIMIT("fs/nr_open", NR_OPEN),
	SETTING("fs/pipe-max-size", "1048576"),		/* fs/pipe_resize.c */
	SETTING("fs/pipe-user-pages-soft", "0"),	/* no limit */
	SETTING("fs/pipe-user-pages-hard", "0"),
	SETTING("fs/overflowuid", "65534"),
	SETTING("fs/overflowgid", "65534"),
	SETTING("fs/protected_hardlinks", "0"),		/* whose files they are makes no difference */
	SETTING("fs/protected_symlinks", "0"),
	SETTING("fs/protected_fifos", "0"),
	SETTING("fs/protected_regular", "0"),
	SETTING("fs/suid_dumpable", "0"),
);
