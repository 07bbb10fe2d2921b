/*
 * switch_stack(u64 *save_rsp %rdi, u64 load_rsp %rsi): keeps what the C ABI
 * keeps (SysV ABI 3.2.1: rbx rbp r12-r15, MXCSR and x87 control word) and the
 * x87 exception flags, leaves this stack and returns on the other, with an
 * empty x87 stack, as the ABI has it at a call, whatever the other thread left.
 * Where control and flags are as FNINIT has them, EMMS, which empties the stack,
 * is enough, at a sixth of the cost: with no flag set nothing is pending that it could raise.
 *
 * thread_begin: where a new thread's first switch_stack returns to; the stack
 * holds a struct regs. It gives back the kernel lock, then goes there.
 */
#include "x86.h"

	.section .text.switch_stack, "ax"
	.globl	switch_stack
switch_stack:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	push	%rax
	stmxcsr	(%rsp)
	fnstcw	4(%rsp)
	fnstsw	6(%rsp)
	cmpl	$X87_CONTROL_INIT, 4(%rsp)
	jne	3f
	emms
4:	mov	%rsp, (%rdi)
	mov	%rsi, %rsp
	ldmxcsr	(%rsp)
	cmpl	$X87_CONTROL_INIT, 4(%rsp)
	jne	1f
2:	pop	%rax
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret

	/* The thread's words: by way of the environment, 28 bytes (SDM vol. 1, figure 8-9). */
1:	mov	4(%rsp), %eax
	push	$0
	push	$0
	push	$0xffff			/* tags: all empty */
	movzwl	%ax, %ecx
	shr	$16, %eax
	push	%rcx
	mov	%eax, 4(%rsp)
	fldenv	(%rsp)
	add	$32, %rsp
	jmp	2b

3:	fninit				/* also because FLDENV raises what is pending */
	jmp	4b

	.section .text.thread_begin, "ax"
	.globl	thread_begin
thread_begin:
	mov	%rsp, %rbx
	and	$-16, %rsp
	call	thread_began
	mov	%rbx, %rdi
	jmp	regs_return

/* user_start(rip %rdi, rsp %rsi): the first instruction of a program, with
 * clean registers (SysV ABI 3.4.1); %rdx = third argument (rtld_fini or 0). */
	.section .text.user_start, "ax"
	.globl	user_start
user_start:
	mov	%rsi, %rsp
	push	%rdi
	xor	%eax, %eax
	xor	%ebx, %ebx
	xor	%ecx, %ecx
	xor	%esi, %esi
	xor	%edi, %edi
	xor	%ebp, %ebp
	xor	%r8d, %r8d
	xor	%r9d, %r9d
	xor	%r10d, %r10d
	xor	%r11d, %r11d
	xor	%r12d, %r12d
	xor	%r13d, %r13d
	xor	%r14d, %r14d
	xor	%r15d, %r15d
	ret

	.section .note.GNU-stack, "", @progbits
