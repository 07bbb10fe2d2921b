/* dynamic_entry: where user_start() goes for a dynamic program: %rsp is its
 * first stack. Links it, then starts it as the kernel would have (psABI 3.4.1:
 * %rdx is a function for atexit(), here none: uk_run_main_init() sees to it). */
	.section .text.dynamic_entry, "ax"
	.globl	dynamic_entry
dynamic_entry:
	mov	%rsp, %rbx
	mov	%rsp, %rdi
	and	$-16, %rsp
	call	dynamic_main
	mov	%rbx, %rsp
	xor	%edx, %edx
	xor	%ebx, %ebx
	xor	%ebp, %ebp
	jmp	*%rax

	.section .note.GNU-stack, "", @progbits
