/*
 * Ring 0, part 1: from the boot protocol to ring 3.
 *
 * Caller: a PVH loader (Xen docs/misc/pvh.pandoc; QEMU, Firecracker, Cloud
 * Hypervisor and the built-in runner). 32-bit protected mode, paging off,
 * flat segments, %ebx = physical address of hvm_start_info, no stack.
 *
 * Only what ring 3 cannot do is done here: every ring-0 instruction is
 * emulated on a software KVM. The tables built are minimal: the first 16 MB,
 * mapped at 0 and at DIRECT_BASE; arch/x86_64/page_tables.c replaces them.
 */
#include "boot_tables.h"
#include "least_cpu.h"
#include "x86.h"

	.section .note.Xen, "a", @note
	.balign 4
	.long 4, 8, 18			/* XEN_ELFNOTE_PHYS32_ENTRY */
	.asciz "Xen"
	.quad PHYS(_start)

	.section .monitor.entry, "ax"
	.code32
	.globl _start
_start:
	require_least_cpu
	make_boot_tables
	lgdt	PHYS(boot_gdtr)

	mov	$CR4_LEAST, %eax
	mov	%eax, %cr4
	mov	$PHYS(boot_pml4), %eax
	mov	%eax, %cr3
	mov	$MSR_EFER, %ecx
	mov	$EFER_LME | EFER_NXE, %eax
	xor	%edx, %edx
	wrmsr
	mov	$CR0_KERNEL, %eax
	mov	%eax, %cr0
	ljmp	$SEL_KCODE, $PHYS(1f)

	.code64
1:	movabs	$boot_entry, %rbp
	/* entry64.S comes here too: %ebx for ring 3's %edi, where ring 3 begins in %rbp. */
	.globl	long_mode
long_mode:
	movabs	$boot_cpu + CPU_STACK_TOP, %rsp
	lgdt	boot_gdtr(%rip)
	lidt	idtr(%rip)
	/* The two 8259s (Intel 8259A, OCW1) are not used, but firmware and KVM leave lines open,
	 * and the local APIC passes them on: they would come as processor exceptions. */
	mov	$0xff, %al
	out	%al, $0x21
	out	%al, $0xa1
	mov	$SEL_TSS, %eax
	ltr	%ax
	mov	$SEL_UDATA, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%ebx, %edi
	movabs	$boot_thread, %rsi
	call	features_on
	push	$SEL_UDATA
	push	$0			/* boot_entry loads its own stack */
	push	$RFLAGS_RING3
	push	$SEL_UCODE
	push	%rbp
	iretq

	.section .monitor.data, "aw"
	.balign 8
boot_gdtr:				/* of the base, 32-bit mode reads the physical half */
	.word	63
	.quad	boot_cpu + CPU_GDT
	.globl	idtr
	.balign 8
idtr:	.word	VEC_END * 16 - 1
	.quad	idt

	.section .monitor.bss, "aw", @nobits
	.balign 4096
	.globl	boot_pml4
	.globl	boot_pdpt, boot_pd
boot_pml4: .skip 4096
boot_pdpt: .skip 4096
boot_pd: .skip 4096
	.globl	idt
idt:	.skip	VEC_END * 16

/*
 * Ring 3 begins here. %edi = start_info, GS = the boot thread, which is current.
 */
	.section .text.boot_entry, "ax"
	.globl	boot_entry
boot_entry:
	lea	boot_thread(%rip), %rax
	mov	%rax, %gs:0
	lea	boot_stack(%rip), %rcx
	mov	%rcx, %gs:T_KSTACK_BASE
	lea	KSTACK_SIZE(%rcx), %rsp
	mov	%rsp, %gs:T_KSTACK_TOP
	xor	%ebp, %ebp
	call	boot_main

	.section .bss.boot_stack, "aw", @nobits
	.balign 4096
	.skip	4096		/* page_tables_init() leaves it out */
	.globl	boot_stack
boot_stack: .skip KSTACK_SIZE

	.section .note.GNU-stack, "", @progbits
