/*
 * TLS descriptors (Oliva and Araujo, "TLS Descriptors for x86"). Called with
 * %rax = address of a descriptor {resolver, argument}; returns in %rax the
 * variable's address less the thread pointer. Every other register is kept.
 */
	.section .text.tlsdesc_static, "ax"
	.globl	tlsdesc_static
tlsdesc_static:			/* argument: the answer */
	mov	8(%rax), %rax
	ret

	.section .text.tlsdesc_undefined, "ax"
	.globl	tlsdesc_undefined
tlsdesc_undefined:		/* weak and undefined: the address is the addend */
	mov	8(%rax), %rax
	sub	%fs:0, %rax
	ret

	/* argument: what __tls_get_addr takes. The first use of a block in a
	 * thread allocates it, with C code that may use vector registers. */
	.section .text.tlsdesc_dynamic, "ax"
	.globl	tlsdesc_dynamic
tlsdesc_dynamic:
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
	sub	$4096 + 64, %rsp	/* room for every vector component before AMX, see thread/sched.c */
	and	$-64, %rsp
	lea	512(%rsp), %rdi		/* the XSAVE header must be zero but for what XSAVE writes */
	mov	$8, %ecx
	rep stosq
	mov	%rsp, %rdi
	call	vector_save
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
