/*
 * interface_enter: what a modular function's stub calls (include/interface.h).
 * rax: the address of its pointer. Returns the pointer in rax, after asking for the
 * module while it is NULL. So that a stub is short, the arguments of the function,
 * which are in registers (SysV ABI 3.2.3), are kept here.
 */
	.section .text.interface_enter, "ax"
	.globl	interface_enter
interface_enter:
	mov	(%rax), %r11
	test	%r11, %r11
	jnz	1f
	push	%rdi
	push	%rsi
	push	%rdx
	push	%rcx
	push	%r8
	push	%r9
	push	%rax
	mov	%rax, %rdi
	call	interface_request
	pop	%rax
	pop	%r9
	pop	%r8
	pop	%rcx
	pop	%rdx
	pop	%rsi
	pop	%rdi
	mov	(%rax), %r11
1:	mov	%r11, %rax
	ret
	.section .note.GNU-stack, "", @progbits
