/* For assembly: completes a struct regs (thread.h) below its tail, which ends
 * in %rcx. */
#ifndef PUSH_REGS_H
#define PUSH_REGS_H

.macro	PUSH_REGS
	push	%rdx
	push	%rdi
	push	%rsi
	push	%r8
	push	%r9
	push	%r10
	push	%r11
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
.endm

#endif
