/*
 * The boot CPU's page tables, GDT and TSS, made before there is a stack: for
 * entry.S in 32-bit mode and entry64.S in long mode, which assemble the same
 * text. The tables' memory is zero, physical addresses are below 4 GB.
 * Changes eax, ecx, esi and edi.
 */
#include "layout.h"
#include "offsets.h"

#define PHYS(symbol) (symbol - DIRECT_BASE)

	.macro make_boot_tables
	/* PML4[0] and PML4[128] -> PDPT[0] -> PD[0..7], 2 MB pages, P|W|U. */
	mov	$PHYS(boot_pdpt) + 7, %eax
	mov	%eax, PHYS(boot_pml4)
	mov	%eax, PHYS(boot_pml4) + KERNEL_PML4 * 8
	movl	$PHYS(boot_pd) + 7, PHYS(boot_pdpt)
	mov	$0x87, %eax
	mov	$PHYS(boot_pd), %edi
1:	mov	%eax, (%edi)
	add	$8, %edi
	add	$HUGE_SIZE, %eax
	cmp	$0x1000087, %eax
	jne	1b

	mov	$PHYS(boot_cpu_image), %esi
	mov	$PHYS(boot_cpu) + CPU_GDT, %edi
	mov	$BOOT_CPU_IMAGE / 4, %ecx
	rep movsl
	movw	$CPU_GDTR - 2 - CPU_TSS, PHYS(boot_cpu) + CPU_TSS_IOMAP	/* the size of a TSS */
	/* The TSS descriptor holds its base in pieces (SDM vol. 3, 8.2.3). */
	mov	$PHYS(boot_cpu) + CPU_TSS, %eax
	mov	%ax, PHYS(boot_cpu) + CPU_GDT + SEL_TSS + 2
	shr	$16, %eax
	mov	%al, PHYS(boot_cpu) + CPU_GDT + SEL_TSS + 4
	.endm
