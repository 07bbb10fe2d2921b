/*
 * The start of a further CPU: real mode, at AP_TRAMPOLINE, where arch/x86_64/smp.c
 * copied ap_trampoline (Intel SDM vol. 3, 9.4.4). Straight to long mode on the
 * kernel's own page tables, then to ring 3.
 */
#include "layout.h"
#include "offsets.h"
#include "x86.h"

#define HERE(label) (AP_TRAMPOLINE + label - ap_trampoline)

	.section .rodata.ap_trampoline, "a"
	.code16
	.globl	ap_trampoline, ap_trampoline_end
ap_trampoline:
	cli
	xor	%ax, %ax
	mov	%ax, %ds
	lgdtl	HERE(1f)
	mov	$CR4_LEAST, %eax
	mov	%eax, %cr4
	mov	HERE(ap_cr3), %eax
	mov	%eax, %cr3
	mov	$MSR_EFER, %ecx
	mov	$EFER_LME | EFER_NXE, %eax
	xor	%edx, %edx
	wrmsr
	mov	$CR0_KERNEL, %eax
	mov	%eax, %cr0
	ljmpl	$SEL_KCODE, $HERE(2f)
	.balign 4
1:	.word	63
	.long	boot_cpu - DIRECT_BASE + CPU_GDT
	.code64
2:	mov	HERE(ap_cpu), %rbx
	movabs	$ap_long_mode, %rax
	jmp	*%rax
	.balign	8
	.globl	ap_cr3, ap_cpu
ap_cr3:	.quad	0			/* filled in for each start */
ap_cpu:	.quad	0
ap_trampoline_end:

	.section .monitor.text, "ax"
	.globl	ap_long_mode
ap_long_mode:				/* %rbx = struct cpu */
	lea	CPU_STACK_TOP(%rbx), %rsp
	lgdt	CPU_GDTR(%rbx)
	lidt	idtr(%rip)
	mov	$SEL_TSS, %eax
	ltr	%ax
	mov	$SEL_UDATA, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%rbx, %rdi
	mov	CPU_IDLE(%rbx), %rsi
	call	features_on
	push	$SEL_UDATA
	push	$0
	push	$RFLAGS_RING3
	push	$SEL_UCODE
	lea	ap_entry(%rip), %rax
	push	%rax
	iretq

	/* Ring 3: %rdi = struct cpu, GS = its idle thread, which is current. */
	.section .text.ap_entry, "ax"
	.globl	ap_entry
ap_entry:
	mov	%gs:T_KSTACK_TOP, %rsp
	xor	%ebp, %ebp
	call	ap_main

	.section .note.GNU-stack, "", @progbits
