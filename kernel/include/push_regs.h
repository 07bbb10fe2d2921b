/* For assembly: PUSH_REGS completes a struct regs (thread.h) below its tail, which ends in %rcx; POP_REGS takes off all
 * that lies before its vector. */
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

.macro	POP_REGS
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	pop	%r11
	pop	%r10
	pop	%r9
	pop	%r8
	pop	%rsi
	pop	%rdi
	pop	%rdx
	pop	%rcx
	pop	%rax
.endm

#endif
