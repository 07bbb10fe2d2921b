/*
 * TLS descriptor of a block that each thread gets on first use; called as those
 * of tlsdesc.S. The first use allocates, with C code that may use vector registers.
 */
	.section .text.tlsdesc_dynamic, "ax"
	.globl	tlsdesc_dynamic
tlsdesc_dynamic:		/* argument: what __tls_get_addr takes */
	endbr64
	push	%rbp
	mov	%rsp, %rbp
	push	%rdi
	push	%rsi
	push	%rdx
	push	%rcx
	push	%r8
	push	%r9
	push	%r10
	push	%r11
	push	8(%rax)			/* -72(%rbp) */
	mov	8(%rax), %rdi
	call	tlsdesc_fast		/* 0: there is no block yet */
	test	%rax, %rax
	jnz	1f
	mov	vector_size(%rip), %ecx
	sub	%rcx, %rsp
	and	$-64, %rsp
	mov	%rsp, %rdi		/* the XSAVE header must be zero but for what XSAVE writes */
	rep stosb
	mov	%rsp, %rdi
	call	vector_save
	fninit				/* C code expects the x87 stack to be empty */
	mov	-72(%rbp), %rdi
	call	__tls_get_addr
	mov	%rax, -72(%rbp)
	mov	%rsp, %rdi
	call	vector_restore
	mov	-72(%rbp), %rax
1:	sub	%fs:0, %rax
	lea	-64(%rbp), %rsp
	pop	%r11
	pop	%r10
	pop	%r9
	pop	%r8
	pop	%rcx
	pop	%rdx
	pop	%rsi
	pop	%rdi
	pop	%rbp
	ret

	.section .note.GNU-stack, "", @progbits
