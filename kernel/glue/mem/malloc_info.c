/* malloc_info() and malloc_stats(): glibc's forms with this allocator's counts. There is one heap; what it had at most is what it has. */
#include <errno.h>
#include <stdio.h>
#include "malloc_statistics.h"

int malloc_info(int options, FILE *f)
{
	struct malloc_statistics s;
	char sizes[300];

	if (options)
		return EINVAL;
	uk_malloc_statistics(&s);
	snprintf(sizes, sizeof(sizes), "<system type=\"current\" size=\"%zu\"/>\n<system type=\"max\" size=\"%zu\"/>\n"
		"<aspace type=\"total\" size=\"%zu\"/>\n<aspace type=\"mprotect\" size=\"%zu\"/>\n", s.groups, s.groups, s.groups, s.groups);
	fprintf(f, "<malloc version=\"1\">\n<heap nr=\"0\">\n<sizes>\n</sizes>\n<total type=\"fast\" count=\"0\" size=\"0\"/>\n"
		"<total type=\"rest\" count=\"%zu\" size=\"%zu\"/>\n%s</heap>\n<total type=\"fast\" count=\"0\" size=\"0\"/>\n"
		"<total type=\"rest\" count=\"%zu\" size=\"%zu\"/>\n<total type=\"mmap\" count=\"%zu\" size=\"%zu\"/>\n%s</malloc>\n",
		s.free_slots, s.groups - s.used, sizes, s.free_slots, s.groups - s.used, s.mappings, s.mapped, sizes);
	return 0;
}

void malloc_stats(void)
{
	struct malloc_statistics s;

	uk_malloc_statistics(&s);
	fprintf(stderr, "Arena 0:\nsystem bytes     = %10zu\nin use bytes     = %10zu\n"
		"Total (incl. mmap):\nsystem bytes     = %10zu\nin use bytes     = %10zu\nmax mmap regions = %10zu\nmax mmap bytes   = %10zu\n",
		s.groups, s.used, s.groups + s.mapped, s.used + s.mapped, s.mappings, s.mapped);
}
