/*
 * From the firmware's 64-bit mode to the state that a PVH kernel starts in
 * (Xen docs/misc/pvh.pandoc): 32-bit protected mode, flat segments, no paging, no
 * interrupts, %ebx = physical address of start_info.
 *
 * Caller: main.c, after ExitBootServices, at a copy of this code below 4 GB,
 * with the firmware's stack and its identity mapping (UEFI 2.10, 2.3.4).
 * %rdi = the kernel's entry, %rsi = start_info. Never returns.
 */
#include "x86.h"

#define APIC_X2		0x400		/* in MSR_APIC_BASE */
#define APIC_ON		0x800
#define APIC_LVT_TIMER	0x320
#define APIC_LVT_LINT0	0x350
#define APIC_MASKED	0x10000

	.section .text.handover, "ax"
	.globl	handover, handover_end
	.code64
handover:
	cli
	cld
	mov	%edi, %ebp
	mov	%esi, %ebx

	/* The kernel finds the interrupt controllers as after a reset: the two
	 * 8259 masked, the local APIC in its memory window, its timer off. */
	mov	$0xff, %al
	out	%al, $0x21
	out	%al, $0xa1
	mov	$MSR_APIC_BASE, %ecx
	rdmsr
	test	$APIC_X2, %eax
	jz	1f
	and	$~(APIC_X2 | APIC_ON), %eax	/* the only way back (SDM vol. 3, 11.12.5) */
	wrmsr
	or	$APIC_ON, %eax
	wrmsr
1:	and	$0xfffff000, %eax
	shl	$32, %rdx
	or	%rdx, %rax
	movl	$APIC_MASKED, APIC_LVT_TIMER(%rax)
	movl	$APIC_MASKED, APIC_LVT_LINT0(%rax)

	mov	%cr4, %rax
	and	$~CR4_PCIDE, %eax		/* or CR0.PG cannot be cleared */
	mov	%rax, %cr4
	lea	gdt(%rip), %rax
	mov	%rax, gdtr + 2(%rip)
	lgdt	gdtr(%rip)
	lea	2f(%rip), %rax
	push	$8
	push	%rax
	lretq

	.code32
2:	mov	$16, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %fs
	mov	%eax, %gs
	mov	%eax, %ss
	mov	%cr0, %eax
	and	$~CR0_PG, %eax			/* out of long mode */
	mov	%eax, %cr0
	xor	%eax, %eax
	xor	%edx, %edx
	mov	$MSR_EFER, %ecx
	wrmsr
	mov	%eax, %cr4
	mov	$CR0_PE | CR0_ET, %eax
	mov	%eax, %cr0
	jmp	*%ebp

	.balign 8
gdt:	.quad	0
	.quad	0x00cf9b000000ffff		/* 32-bit code */
	.quad	0x00cf93000000ffff		/* data */
gdtr:	.word	23
	.quad	0
handover_end:

	.section .note.GNU-stack, "", @progbits
