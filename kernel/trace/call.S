/*
 * Where the thunks of a traced kernel lead: the C library's direct call of a
 * system call, with the tracer before and behind it.
 *
 * %eax is the call's number, %r11 its function; arguments and stack are those
 * of the C call. A frame of its own, so that backtraces go through.
 */
	.text
	.globl	trace_call
trace_call:
	push	%rbp
	mov	%rsp, %rbp
	push	%rbx
	push	%r12
	sub	$48, %rsp
	mov	%eax, %ebx
	mov	%r11, %r12
	mov	%rdi, (%rsp)
	mov	%rsi, 8(%rsp)
	mov	%rdx, 16(%rsp)
	mov	%rcx, 24(%rsp)
	mov	%r8, 32(%rsp)
	mov	%r9, 40(%rsp)
	mov	%ebx, %edi
	mov	%rsp, %rsi
	call	trace_enter
	mov	(%rsp), %rdi
	mov	8(%rsp), %rsi
	mov	16(%rsp), %rdx
	mov	24(%rsp), %rcx
	mov	32(%rsp), %r8
	mov	40(%rsp), %r9
	call	*%r12
	mov	%rax, %r12
	mov	%ebx, %edi
	mov	%rsp, %rsi
	mov	%rax, %rdx
	call	trace_leave
	mov	%r12, %rax
	lea	-16(%rbp), %rsp
	pop	%r12
	pop	%rbx
	pop	%rbp
	ret

	.section .note.GNU-stack, "", @progbits
