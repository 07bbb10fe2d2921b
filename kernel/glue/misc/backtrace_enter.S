/*
 * int backtrace(void **out, int max): see backtrace.c. Called from C. The
 * unwinder runs with the stack and the registers of our caller, so that the
 * first frame it finds is the caller's.
 */
	.section .text.backtrace, "ax", @progbits
	.globl backtrace, __backtrace
	.type backtrace, @function
	.type __backtrace, @function
backtrace:
__backtrace:
	endbr64
	sub $8, %rsp
	call uk_backtrace_begin
	add $8, %rsp
	test %rax, %rax
	jz 1f
	mov %rbx, 8(%rax)
	mov %rbp, 16(%rax)
	mov %r12, 24(%rax)
	mov %r13, 32(%rax)
	mov %r14, 40(%rax)
	mov %r15, 48(%rax)
	mov %rsp, 56(%rax)
	mov %rax, %rsi
	lea uk_backtrace_frame(%rip), %rdi
	jmp *(%rax)
1:	ret
	.size backtrace, . - backtrace

/* Ends the walk from its callback: back to the caller of backtrace(). */
	.section .text.uk_backtrace_leave, "ax", @progbits
	.globl uk_backtrace_leave
	.hidden uk_backtrace_leave
	.type uk_backtrace_leave, @function
uk_backtrace_leave:
	mov 8(%rdi), %rbx
	mov 16(%rdi), %rbp
	mov 24(%rdi), %r12
	mov 32(%rdi), %r13
	mov 40(%rdi), %r14
	mov 48(%rdi), %r15
	mov 56(%rdi), %rsp
	jmp uk_backtrace_end
	.size uk_backtrace_leave, . - uk_backtrace_leave

	.section .note.GNU-stack, "", @progbits
