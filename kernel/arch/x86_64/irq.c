/* Interrupts in ring 3: the monitor noted a bit a vector; here each is served
 * and acknowledged. Devices arrive through the I/O APIC (82093AA). */
#include "cpu.h"
#include "driver.h"
#include "kernel.h"

#define MAX_GSI 24
#define MAX_DEVICES (VEC_TIMER - VEC_DEVICE)
#define IOAPIC_SELECT	0
#define IOAPIC_WINDOW	4
#define IOAPIC_REDIRECT	0x10

static struct {
	void (*handler)(void *);
	void *arg;
} devices[MAX_DEVICES];
unsigned irq_devices;
volatile u32 *ioapic;	/* the usual one, unless firmware said so before the first use */

static void serve(unsigned vector)
{
	struct cpu *c = current_cpu();

	c->interrupts[vector - VEC_IRQ_BASE]++;
	if (vector == VEC_TIMER) {
		c->timer_armed = FOREVER;
		timer_look();
	} else if (vector == VEC_IPI)
		current()->need_resched = true;
	else if (vector - VEC_DEVICE < irq_devices)
		devices[vector - VEC_DEVICE].handler(devices[vector - VEC_DEVICE].arg);
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

unsigned irq_claim(void (*handler)(void *), void *arg)
{
	if (irq_devices == MAX_DEVICES)
		panic("more than %d devices", MAX_DEVICES);
	devices[irq_devices].handler = handler;
	devices[irq_devices].arg = arg;
	return VEC_DEVICE + irq_devices++;
}

/* arch/x86_64/registers.c, where a bus lists its accesses */
OPTIONAL void register_write(volatile u32 *regs, unsigned index, u32 value) { regs[index] = value; }

static __attribute__((noinline)) void redirect(u32 word, u32 value)
{
	register_write(ioapic, IOAPIC_SELECT, IOAPIC_REDIRECT + word);
	register_write(ioapic, IOAPIC_WINDOW, value);
}

void irq_register(u32 gsi, void (*handler)(void *), void *arg)
{
	if (gsi >= MAX_GSI)
		panic("interrupt line %u: the I/O APIC has %d", gsi, MAX_GSI);
	if (!ioapic)
		ioapic = map_device(IOAPIC_PHYS, PAGE_SIZE);
	redirect(2 * gsi + 1, boot_cpu.apic_id << 24);
	redirect(2 * gsi, irq_claim(handler, arg));	/* fixed, edge, active high, not masked */
}
