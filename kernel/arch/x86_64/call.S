/*
 * monitor_call(fn, a, b, c): the only way from ring 3 to ring 0. HLT in ring 3
 * raises #GP; the monitor knows this HLT by its address, so no other code can
 * make a call. C calling convention shifted by none: fn %rdi, a %rsi, b %rdx;
 * c moves to %r8. Returns what the call returns, in %rax.
 */
	.section .text.monitor_call, "ax"
	.globl	monitor_call
monitor_call:
	mov	%rcx, %r8
	.globl	monitor_call_site
monitor_call_site:
	hlt
	ret

	.section .note.GNU-stack, "", @progbits
