/* Stacks of the program's threads, for the C library (musl/src/stacks): what a thread touches at once is there before it
 * begins, and many that are not needed any more go with one flush of the processors' TLBs. */
#include "kernel.h"
#include "stack_areas.h"

#define TOUCHED	(4 * PAGE_SIZE)

/* The end of a new stack: the thread's structures, thread-local variables and first calls. */
void stack_area_begin(u64 end)
{
	KERNEL_LOCK();
	if (mem_free_pages > mem_total_pages / 4)
		vm_populate(end - TOUCHED, TOUCHED, true);
}

void stack_areas_drop(const struct stack_area *s, unsigned n)
{
	KERNEL_LOCK();
	vm_unmap_begin();
	for (unsigned i = 0; i < n; i++)
		vm_unmap(s[i].base, s[i].size);
	vm_unmap_end();
}
