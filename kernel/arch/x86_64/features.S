/*
 * features_on: ring 0, on each CPU; %rsi = the thread that becomes current. Turns on what the CPU has of
 * what the kernel can do without: FSGSBASE, else ring 3 has the monitor write the bases
 * (arch/x86_64/bases.c); XSAVE, else FXSAVE is used (arch/x86_64/vector.c). Keeps rdi, rbp.
 */
#include "x86.h"

	.section .monitor.text.features_on, "ax"
	.globl	features_on
features_on:
	mov	%esi, %eax
	mov	%rsi, %rdx
	shr	$32, %rdx
	mov	$MSR_GS_BASE, %ecx
	wrmsr
	mov	$CR4_LEAST, %esi
	xor	%eax, %eax
	cpuid
	cmp	$7, %eax			/* a leaf beyond the last one answers anything */
	jb	1f
	xor	%ecx, %ecx
	lea	7(%rcx), %eax
	cpuid
	and	$1 << CPUID_7_EBX_FSGSBASE, %ebx
	shl	$16, %ebx			/* where CR4 has it */
	or	%ebx, %esi
1:	push	$1
	pop	%rax
	cpuid
	bt	$CPUID_1_ECX_XSAVE, %ecx
	jnc	5f
	push	$1
	pop	%rcx
	lea	CPUID_XSTATE - 1(%rcx), %eax
	cpuid
	test	%eax, %eax			/* XSAVEOPT and later ones: without them QEMU's TCG takes OSXSAVE */
	jnz	4f				/* for reserved, a real CPU does not */
	mov	$CPUID_HYPERVISOR, %eax
	cpuid
	cmp	$CPUID_HYPERVISOR_EBX_TCG, %ebx
	je	5f
4:	bts	$CR4_OSXSAVE_BIT, %esi
5:	mov	%rsi, %cr4
	mov	%esi, monitor_cr4(%rip)
	bt	$CR4_OSXSAVE_BIT, %esi
	jnc	2f
	xor	%ecx, %ecx
	lea	CPUID_XSTATE(%rcx), %eax
	cpuid
	and	$XCR0_KERNEL, %eax
	cmp	$XCR0_KERNEL, %al		/* AVX-512 in part would fault */
	je	3f
	and	$XCR0_KERNEL & ~XCR0_AVX512, %eax
3:	xor	%edx, %edx
	xor	%ecx, %ecx
	xsetbv
2:	ret

	.section .monitor.bss, "aw", @nobits
	.balign	4
	.globl	monitor_cr4
monitor_cr4: .skip 4

	.section .note.GNU-stack, "", @progbits
