/* Views of and knobs for glibc's allocator. musl's has no knobs, so these answer "not done". */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "malloc_statistics.h"

struct mallinfo { int arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost; };
struct mallinfo2 { size_t arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost; };

/* There are no chunks of fast bins, and there is no top that could be given back. */
struct mallinfo2 mallinfo2(void)
{
	struct malloc_statistics s;

	uk_malloc_statistics(&s);
	return (struct mallinfo2){ .arena = s.groups, .ordblks = s.free_slots, .hblks = s.mappings, .hblkhd = s.mapped,
		.uordblks = s.used, .fordblks = s.groups - s.used };
}

struct mallinfo mallinfo(void)
{
	struct mallinfo2 m = mallinfo2();

	return (struct mallinfo){ .arena = m.arena, .ordblks = m.ordblks, .hblks = m.hblks, .hblkhd = m.hblkhd,
		.uordblks = m.uordblks, .fordblks = m.fordblks };
}

int malloc_trim(size_t keep) { return uk_malloc_give_back(); }
int mallopt(int what, int value) { return 0; }
void malloc_stats(void) {}
int malloc_info(int options, FILE *f)
{
	if (options) {
		errno = EINVAL;
		return -1;
	}
	return fputs("<malloc version=\"1\">\n</malloc>\n", f) < 0 ? -1 : 0;
}
