/*
 * upcall_entry: ring 3, entered by the monitor on the thread's kernel stack
 * with the tail of struct regs in place. Completes it, calls
 * upcall(struct regs *), restores, returns to what was interrupted. IRETQ from
 * ring 3 to ring 3 needs no monitor.
 *
 * regs_return: leaves the kernel stack through the struct regs at %rdi.
 */
#include "push_regs.h"

	.section .entry.text, "ax"
	.globl	upcall_entry
upcall_entry:
	PUSH_REGS
	cld
	mov	%rsp, %rdi
	mov	%rsp, %rbx
	and	$-16, %rsp
	xor	%ebp, %ebp
	call	upcall
	mov	%rbx, %rdi
	.globl	regs_return
regs_return:
	mov	%rdi, %rsp
	POP_REGS
	add	$16, %rsp
	iretq

	.section .note.GNU-stack, "", @progbits
