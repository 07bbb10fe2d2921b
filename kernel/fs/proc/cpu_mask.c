/* Sets of processors, as Linux writes them: in digits, as many as there may be processors for and in groups of eight, and
 * as a list of ranges (cpuset(7), "FORMATS"). */
#include "cpu.h"
#include "cpu_mask.h"
#include "kernel.h"
#include "vfs.h"

void put_cpu_mask(struct text *t, u64 mask)
{
	for (unsigned n = (cpu_count + 3) / 4; n-- > 0;)
		text_printf(t, n && !(n & 7) ? "%lx," : "%lx", mask >> (4 * n) & 15);
	text_add(t, "\n", 1);
}

void put_cpu_list(struct text *t, u64 mask)
{
	const char *comma = "";

	for (unsigned i = 0; i < cpu_count; i++) {
		if (!(mask >> i & 1))
			continue;
		unsigned from = i;
		while (i + 1 < cpu_count && mask >> (i + 1) & 1)
			i++;
		text_printf(t, i > from ? "%s%u-%u" : "%s%u", comma, from, i);
		comma = ",";
	}
	text_add(t, "\n", 1);
}
