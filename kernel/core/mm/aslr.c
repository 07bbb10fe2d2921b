/* Where a program's memory lies, chosen anew at each boot: main stack, mmap(), position-independent program, heap; and
 * the bytes that AT_RANDOM names, of which canaries are made. uk.aslr=off leaves the places where layout.h has them,
 * uk.aslr=N makes all of it from the number N, so that a run can be had again. */
#include "driver.h"
#include "kernel.h"

u64 user_stack_top = USER_STACK_TOP, user_stack_pad, user_pie_base = USER_PIE_BASE, user_brk_gap;
u64 user_random[2];

/* SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators). */
static u64 next_of(u64 *seed)
{
	u64 z = *seed += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* As many bits as Linux has on x86-64: 22 for the stack's page, 28 for mmap() and programs, 18 for the heap. */
void aslr_init(void)
{
	u64 r[6], seed;
	const char *given = cmdline_get(CMD_ASLR, 0);

	random_bytes(r, sizeof(r));
	if (given && *given != 'o') {
		seed = parse_u64(given);
		for (unsigned i = 0; i < array_len(r); i++)
			r[i] = next_of(&seed);
	}
	memcpy(user_random, r, sizeof(user_random));
	if (given && *given == 'o')
		return;
	user_stack_top -= (r[2] & 0x3fffff) << PAGE_SHIFT;
	user_stack_pad = r[2] >> 32 & 0x1ff0;
	vm_set_top(USER_MMAP_TOP - ((r[3] & 0xfffffff) << PAGE_SHIFT));
	user_pie_base += (r[4] & 0xfffffff) << PAGE_SHIFT;
	user_brk_gap = (r[5] & 0x3ffff) << PAGE_SHIFT;
}
