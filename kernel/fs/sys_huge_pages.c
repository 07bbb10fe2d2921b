/* /sys/kernel/mm/transparent_hugepage (Linux Documentation/admin-guide/mm/transhuge.rst): anonymous memory that is walked
 * through gets 2 MB pages wherever they fit (mm/fault.c), files get none, and nothing is moved to make room for one. */
#include "kernel.h"
#include "linux_file.h"
#include "procfs.h"

static const u64 size = HUGE_SIZE;

#define HUGE "/sys/kernel/mm/transparent_hugepage/"

PROCNODES(huge_pages,
	{ HUGE "enabled", S_IFREG | 0444, .show = show_string, .arg = "[always] madvise never" },
	{ HUGE "defrag", S_IFREG | 0444, .show = show_string, .arg = "always defer defer+madvise madvise [never]" },
	{ HUGE "shmem_enabled", S_IFREG | 0444, .show = show_string, .arg = "always within_size advise [never] deny force" },
	{ HUGE "use_zero_page", S_IFREG | 0444, .show = show_string, .arg = "0" },
	{ HUGE "hpage_pmd_size", S_IFREG | 0444, .show = show_u64, .arg = &size },
);

#define POOL "/sys/kernel/mm/hugepages/hugepages-2048kB/"

/* MAP_HUGETLB finds none. */
PROCNODES(huge_pool,
	{ POOL "nr_hugepages", S_IFREG | 0444, .show = show_string, .arg = "0" },
	{ POOL "free_hugepages", S_IFREG | 0444, .show = show_string, .arg = "0" },
	{ POOL "resv_hugepages", S_IFREG | 0444, .show = show_string, .arg = "0" },
	{ POOL "surplus_hugepages", S_IFREG | 0444, .show = show_string, .arg = "0" },
	{ POOL "nr_overcommit_hugepages", S_IFREG | 0444, .show = show_string, .arg = "0" },
);
