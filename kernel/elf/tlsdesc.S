/*
 * TLS descriptors (Oliva and Araujo, "TLS Descriptors for x86"). Called with
 * %rax = address of a descriptor {resolver, argument}; returns in %rax the
 * variable's address less the thread pointer. Every other register is kept.
 */
	.section .text.tlsdesc_static, "ax"
	.globl	tlsdesc_static
tlsdesc_static:			/* argument: the answer */
	endbr64
	mov	8(%rax), %rax
	ret

	.section .text.tlsdesc_undefined, "ax"
	.globl	tlsdesc_undefined
tlsdesc_undefined:		/* weak and undefined: the address is the addend */
	endbr64
	mov	8(%rax), %rax
	sub	%fs:0, %rax
	ret

	.section .note.GNU-stack, "", @progbits
