/*
 * features_on: ring 0, on each CPU; %rsi = the thread that becomes current. Turns on what the CPU has of
 * what the kernel can do without: FSGSBASE, else ring 3 has the monitor write the bases
 * (thread/bases.c); XSAVE, else FXSAVE is used (thread/vector.c). Keeps rdi, rbp.
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
	mov	$7, %eax
	xor	%ecx, %ecx
	cpuid
	and	$1 << CPUID_7_EBX_FSGSBASE, %ebx
	shl	$16, %ebx			/* where CR4 has it */
	or	%ebx, %esi
1:	mov	$1, %eax
	cpuid
	and	$1 << CPUID_1_ECX_XSAVE, %ecx
	shr	$8, %ecx			/* OSXSAVE */
	or	%ecx, %esi
	mov	%rsi, %cr4
	mov	%esi, monitor_cr4(%rip)
	jrcxz	2f
	mov	$CPUID_XSTATE, %eax
	xor	%ecx, %ecx
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
