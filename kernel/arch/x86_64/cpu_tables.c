/* Descriptor tables of a CPU. */
#include "cpu.h"
#include "kernel.h"

#define CODE_KERNEL	0x00af9b000000ffff
#define DATA_KERNEL	0x00cf93000000ffff
#define DATA_USER	0x00cff3000000ffff
#define CODE_USER	0x00affb000000ffff
#define TSS_LOW		0x0000890000000067	/* available 64-bit TSS, limit 103 */

/* The boot CPU's tables are needed before any C runs: entry.S copies this image
 * of their beginning to boot_cpu, and adds the base of the TSS descriptor and the place of the I/O map, which
 * lies behind the TSS: there is none. */
struct cpu boot_cpu __attribute__((section(".monitor.bss,\"aw\",@nobits#")));	/* # hides the compiler's own type */

const struct {
	u64 gdt[8];
	u32 reserved0;
	u64 rsp[3], reserved1, ist1;
} __attribute__((packed)) boot_cpu_image __attribute__((section(".monitor.rodata"))) = {
	.gdt = { 0, CODE_KERNEL, DATA_KERNEL, DATA_USER, CODE_USER, TSS_LOW, DIRECT_BASE >> 32, 0 },
	.rsp = { (u64)&boot_cpu + CPU_STACK_TOP },
	.ist1 = (u64)&boot_cpu + CPU_IST_TOP,
};
_Static_assert(sizeof(boot_cpu_image) == BOOT_CPU_IMAGE, "BOOT_CPU_IMAGE");

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
