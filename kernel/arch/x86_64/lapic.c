/* The local APIC (Intel SDM vol. 3, chapter 11), through its memory window. */
#include "boot.h"
#include "cpu.h"
#include "kernel.h"

#define REG_ID		(0x20 / 4)
#define REG_EOI		(0xb0 / 4)
#define REG_SPURIOUS	(0xf0 / 4)
#define REG_ICR_LOW	(0x300 / 4)
#define REG_ICR_HIGH	(0x310 / 4)
#define REG_LVT_TIMER	(0x320 / 4)
#define REG_INITIAL	(0x380 / 4)
#define REG_CURRENT	(0x390 / 4)
#define REG_DIVIDE	(0x3e0 / 4)
#define APIC_ENABLE	0x100
#define DIVIDE_BY_1	0xb

static volatile u32 *lapic;
static bool enabled;

/* The timer of a virtual machine counts nanoseconds: KVM's and QEMU's APIC bus
 * both run at 1 GHz (KVM_APIC_BUS_FREQUENCY; QEMU apic.c). */
void lapic_arm(ns_t delta)
{
	lapic[REG_INITIAL] = min(max(delta, (ns_t)1000), (ns_t)4000000000);
}

void lapic_eoi(void)
{
	lapic[REG_EOI] = 0;
}

/* Each write is an exit. This CPU's register keeps the last destination; of two CPUs it is always the same. */
void lapic_send(u32 apic_id, u32 command)
{
	struct cpu *c = current_cpu();

	if (c->ipi_to != apic_id) {
		c->ipi_to = apic_id;
		lapic[REG_ICR_HIGH] = apic_id << 24;
	}
	lapic[REG_ICR_LOW] = command;
}

/* This CPU's ID. Not CPUID's: under software KVM that is answered by the CPU that
 * the host runs ring 3 on. */
u32 lapic_id(void)
{
	return lapic[REG_ID] >> 24;
}

u32 lapic_count(void)
{
	return lapic[REG_CURRENT];
}

/* On each CPU. */
void lapic_enable(void)
{
	lapic[REG_SPURIOUS] = APIC_ENABLE | VEC_SPURIOUS;
	lapic[REG_DIVIDE] = DIVIDE_BY_1;
	lapic[REG_LVT_TIMER] = VEC_TIMER;
}

void lapic_init(void)
{
	if (enabled)
		return;
	enabled = true;
	lapic = map_device(LAPIC_PHYS, PAGE_SIZE);
	lapic_enable();
}
