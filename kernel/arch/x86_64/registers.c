/* Accesses to device registers. Each is an exit to the hypervisor, 25 to 40 µs where ring 0 is emulated, so the built-in
 * runner takes a list of them at one: a write of the list's address and length to a register of its own, the doorbell
 * (kvmboot/registers.go). A bus that knows such a runner sets it while it looks for devices. */
#include "kernel.h"
#include "mm.h"

#define LIST_MAX 32	/* fewer than its alignment */

static struct { u32 address, value; } list[LIST_MAX] __attribute__((aligned(64)));
static unsigned listed;
volatile u32 *register_doorbell;	/* NULL: each access by itself */

/* What was listed so far reaches the devices. */
void register_flush(void)
{
	if (!listed)
		return;
	__asm__ volatile("" ::: "memory");
	*register_doorbell = virt_to_phys(list) + listed;
	__asm__ volatile("" ::: "memory");
	listed = 0;
}

/* Register number INDEX of a device whose registers are from REGS on. They lie in the direct map, below 4 GB: the lower
 * half of their address is the physical one. */
void register_write(volatile u32 *regs, unsigned index, u32 value)
{
	if (!register_doorbell) {
		regs[index] = value;
		return;
	}
	list[listed].address = (u64)(regs + index);
	list[listed].value = value;
	if (++listed == LIST_MAX)
		register_flush();
}

u32 register_read(volatile u32 *regs, unsigned index)
{
	if (!register_doorbell)
		return regs[index];
	unsigned i = listed;
	register_write((volatile u32 *)((u64)regs | LIST_READ), index, 0);
	register_flush();
	return list[i].value;
}
