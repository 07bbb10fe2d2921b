/* Whole pages. */
#include <stdlib.h>
#include <unistd.h>

void *pvalloc(size_t n)
{
	size_t page = getpagesize();

	return aligned_alloc(page, n ? (n + page - 1) & -page : page);
}
