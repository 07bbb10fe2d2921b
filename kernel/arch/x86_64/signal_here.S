/*
 * signal_here(): called from C on a program's stack, at the end of a direct
 * system call. Builds a struct regs of its own return on the kernel stack, so
 * that signal_here_deliver(struct regs *) can put handlers in between.
 *
 * sys_rt_sigreturn_frame: where a handler's return lands in a program that
 * uses the kernel's libc; %rsp as after the handler's RET.
 */
#include "layout.h"
#include "offsets.h"
#include "push_regs.h"

	.section .entry.text.signal_here, "ax"
	.globl	signal_here
signal_here:
	pop	%rcx
	mov	%rsp, %rdx
	mov	%gs:T_KSTACK_TOP, %rsp
	push	$SEL_UDATA
	push	%rdx
	pushfq
	push	$SEL_UCODE
	push	%rcx
	push	$0
	push	$0
	push	%rax
	push	%rcx
	PUSH_REGS
	mov	%rsp, %rdi
	mov	%rsp, %rbx
	and	$-16, %rsp
	call	signal_here_deliver
	mov	%rbx, %rdi
	jmp	regs_return

	.globl	sys_rt_sigreturn_frame
sys_rt_sigreturn_frame:
	mov	%rsp, %rsi
	mov	%gs:T_KSTACK_TOP, %rsp
	push	$SEL_UDATA
	push	%rsi
	pushfq
	push	$SEL_UCODE
	sub	$(18 * 8), %rsp		/* the rest of struct regs */
	mov	%rsp, %rdi
	mov	%rsp, %rbx
	and	$-16, %rsp
	call	signal_return
	mov	%rbx, %rdi
	jmp	regs_return

	.section .note.GNU-stack, "", @progbits
