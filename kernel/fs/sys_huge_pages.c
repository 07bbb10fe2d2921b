/* /sys/kernel/mm/transparent_hugepage (Linux Documentation/admin-guide/mm/transhuge.rst): anonymous memory that is walked
 * through gets 2 MB pages wherever they fit (core/mm/fault.c), files get none, and nothing is moved to make room for one. */
#include "kernel.h"
#include "linux_file.h"
#include "procfs.h"

_Static_assert(HUGE_SIZE == 2097152, "hpage_pmd_size");

PROCNODES_IN("/sys/kernel/mm/transparent_hugepage/", huge_pages,
	PROC_VALUE("r-" "enabled", "[always] madvise never"),
	PROC_VALUE("r-" "defrag", "always defer defer+madvise madvise [never]"),
	PROC_VALUE("r-" "shmem_enabled", "always within_size advise [never] deny force"),
	PROC_VALUE("r-" "use_zero_page", "0"),
	PROC_VALUE("r-" "hpage_pmd_size", "2097152"),
);

/* MAP_HUGETLB finds none. */
PROCNODES_IN("/sys/kernel/mm/hugepages/hugepages-2048kB/", huge_pool,
	PROC_VALUE("r-" "nr_hugepages", "0"),
	PROC_VALUE("r-" "free_hugepages", "0"),
	PROC_VALUE("r-" "resv_hugepages", "0"),
	PROC_VALUE("r-" "surplus_hugepages", "0"),
	PROC_VALUE("r-" "nr_overcommit_hugepages", "0"),
);
