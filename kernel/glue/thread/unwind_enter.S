/*
 * pthread_exit() and __pthread_unwind_next() of an image that brings libgcc_s.so.1: see unwind_exit.c. Called from C++
 * with the stack as any function finds it. The unwinder gets stack and registers of our caller, so that the
 * first frame it finds is the caller's.
 */
	.section .text.uk_unwind_exit, "ax", @progbits
	.globl pthread_exit, uk_unwind_exit
	.type pthread_exit, @function
	.type uk_unwind_exit, @function
pthread_exit:
uk_unwind_exit:
	endbr64
	sub $8, %rsp
	call uk_unwind_begin		/* does not come back where there is no unwinder */
	add $8, %rsp
	mov %rdx, %rdi			/* the exception */
	lea uk_unwind_stop(%rip), %rsi
	xor %edx, %edx
	jmp *%rax			/* _Unwind_ForcedUnwind */
	.size pthread_exit, . - pthread_exit

/* A handler of pthread_cleanup_push() is done, in the frame that called it: on from there. */
	.globl __pthread_unwind_next
	.type __pthread_unwind_next, @function
__pthread_unwind_next:
	endbr64
	sub $8, %rsp
	call uk_unwind_result
	add $8, %rsp
	mov %rax, %rdi
	jmp uk_unwind_exit
	.size __pthread_unwind_next, . - __pthread_unwind_next

	.section .note.GNU-stack, "", @progbits
