/*
 * Ring 0: the second way in, for loaders that know the Linux 64-bit boot
 * protocol and no PVH (Linux Documentation/arch/x86/boot.rst, "64-bit boot
 * protocol"). Linked in by CONFIG_BOOT_PARAMS; e_entry is then this place's
 * physical address.
 *
 * Caller: a loader such as Firecracker before 1.12. Long mode, ring 0, paging
 * on with at least this image, the zero page and the command line mapped at
 * their physical addresses; interrupts off; %rsi = physical address of struct
 * boot_params; no stack is relied on. The tables it came with are left for the
 * same ones that entry.S makes, and its last part is shared.
 */
#include "boot_tables.h"
#include "least_cpu.h"
#include "x86.h"

	.section .monitor.entry, "ax"
	.code64
	.globl	entry64
entry64:
	cli
	cld
	mov	%esi, %ebx

	require_least_cpu
	make_boot_tables

	mov	$MSR_EFER, %ecx		/* LME and LMA are set and must stay */
	rdmsr
	or	$EFER_LME | EFER_NXE, %eax
	wrmsr
	mov	$CR4_LEAST, %eax
	mov	%rax, %cr4
	mov	$PHYS(boot_pml4), %eax
	mov	%rax, %cr3
	mov	$CR0_KERNEL, %eax
	mov	%rax, %cr0

	lgdt	PHYS(gdtr)
	mov	$PHYS(boot_cpu) + CPU_STACK_TOP, %esp
	push	$SEL_KCODE
	push	$PHYS(1f)
	lretq
1:	movabs	$boot_params_entry, %rbp
	movabs	$long_mode, %rax
	jmp	*%rax

	.section .monitor.data, "aw"
	.balign 8
gdtr:	.word	63
	.quad	PHYS(boot_cpu) + CPU_GDT

/*
 * Ring 3 begins here. %edi = boot_params; what they say is rewritten as a PVH
 * start_info, and the boot goes on as ever. The stack is the boot thread's,
 * which boot_entry starts from its top again.
 */
	.section .text.boot_params_entry, "ax"
boot_params_entry:
	lea	boot_stack + KSTACK_SIZE(%rip), %rsp
	xor	%ebp, %ebp
	call	boot_params_read
	mov	%eax, %edi
	jmp	boot_entry

	.section .note.GNU-stack, "", @progbits
