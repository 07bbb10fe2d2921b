/* Descriptor tables of a CPU. */
#include "cpu.h"
#include "kernel.h"

#define CODE_KERNEL	0x00af9b000000ffff
#define DATA_KERNEL	0x00cf93000000ffff
#define DATA_USER	0x00cff3000000ffff
#define CODE_USER	0x00affb000000ffff
#define TSS_LOW		0x0000890000000067	/* available 64-bit TSS, limit 103 */

/* The boot CPU's table is complete at link time, but for the base of its TSS
 * descriptor, which entry.S fills in: the monitor needs it before any C runs. */
struct cpu boot_cpu __attribute__((section(".monitor.data"))) = {
	.gdt = { 0, CODE_KERNEL, DATA_KERNEL, DATA_USER, CODE_USER, TSS_LOW, DIRECT_BASE >> 32, 0 },
	.tss = {
		.rsp = { (u64)&boot_cpu + CPU_STACK_TOP },
		.ist = { (u64)&boot_cpu + CPU_IST_TOP },
		.iomap = sizeof(struct tss),
	},
	.timer_armed = FOREVER,
};

struct cpu *cpus[MAX_CPUS] = { &boot_cpu };
unsigned cpu_count = 1;

/* A further CPU's tables, at C. */
void cpu_init_tables(struct cpu *c)
{
	u64 base = (u64)&c->tss;

	memcpy(c->gdt, boot_cpu.gdt, sizeof(c->gdt));
	c->gdt[SEL_TSS / 8] = TSS_LOW | (base & 0xffffff) << 16 | (base >> 24 & 0xff) << 56;
	c->gdt[SEL_TSS / 8 + 1] = base >> 32;
	c->tss.rsp[0] = (u64)c + CPU_STACK_TOP;
	c->tss.ist[0] = (u64)c + CPU_IST_TOP;
	c->tss.iomap = sizeof(struct tss);
	c->gdtr_limit = sizeof(c->gdt) - 1;
	c->gdtr_base = (u64)c->gdt;
	c->timer_armed = FOREVER;
}
