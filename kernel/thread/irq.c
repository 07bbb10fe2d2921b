/* Interrupts in ring 3: the monitor noted a bit a vector; here each is served
 * and acknowledged. Devices arrive through the I/O APIC (82093AA). */
#include "cpu.h"
#include "driver.h"
#include "kernel.h"

#define MAX_GSI 24
#define IOAPIC_SELECT	0
#define IOAPIC_WINDOW	4
#define IOAPIC_REDIRECT	0x10

static struct {
	void (*handler)(void *);
	void *arg;
} gsi_table[MAX_GSI];

static void serve(unsigned vector)
{
	if (vector == VEC_TIMER)
		timer_interrupt();
	else if (vector == VEC_IPI)
		current()->need_resched = true;
	else if (vector >= VEC_DEVICE && vector < VEC_DEVICE + MAX_GSI && gsi_table[vector - VEC_DEVICE].handler)
		gsi_table[vector - VEC_DEVICE].handler(gsi_table[vector - VEC_DEVICE].arg);
	if (vector != VEC_SPURIOUS)
		lapic_eoi();
}

void irq_run_pending(void)
{
	struct thread *t = current();
	u64 bits;

	while ((bits = __atomic_exchange_n(&t->irq_pending, 0, __ATOMIC_RELAXED)))
		for (; bits; bits &= bits - 1)
			serve(VEC_IRQ_BASE + __builtin_ctzl(bits));
}

void irq_register(u32 gsi, void (*handler)(void *), void *arg)
{
	static volatile u32 *ioapic;

	if (gsi >= MAX_GSI)
		panic("interrupt line %u: the I/O APIC has %d", gsi, MAX_GSI);
	gsi_table[gsi].handler = handler;
	gsi_table[gsi].arg = arg;
	if (!ioapic)
		ioapic = map_device(IOAPIC_PHYS, PAGE_SIZE);
	ioapic[IOAPIC_SELECT] = IOAPIC_REDIRECT + 2 * gsi + 1;
	ioapic[IOAPIC_WINDOW] = boot_cpu.apic_id << 24;
	ioapic[IOAPIC_SELECT] = IOAPIC_REDIRECT + 2 * gsi;
	ioapic[IOAPIC_WINDOW] = VEC_DEVICE + gsi;	/* fixed, edge, active high, not masked */
}
