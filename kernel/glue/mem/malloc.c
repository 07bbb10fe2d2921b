/* Views of and knobs for glibc's allocator. */
#include <stddef.h>
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

/* Nothing can be tuned: what is asked for and accepted shows in how much memory is kept for another time, and there glibc promises nothing. */
int mallopt(int what, int value)
{
	enum { M_MXFAST = 1, MOST = 160 };

	return what != M_MXFAST || value >= 0 && value <= MOST;
}
