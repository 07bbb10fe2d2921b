/*
 * The SYSCALL instruction (Intel SDM vol. 3, 5.8.8; AMD APM vol. 2, 6.1.1).
 *
 * Registers on arrival: %rcx return address, %r11 RFLAGS, the rest the
 * program's, stack included. On a real CPU SYSCALL arrives in ring 0 with
 * interrupts off (SFMASK) at landing_ring0, which parks what SYSRET destroys
 * in the thread and leaves for ring 3. A software KVM that runs ring 3
 * natively arrives at LSTAR still in ring 3: there LSTAR is landing_ring3.
 * raw.c finds out with landing_probe, which answers with CS.
 */
#include "layout.h"
#include "offsets.h"
#include "push_regs.h"
#include "x86.h"

	.section .monitor.text, "ax"
	.globl	landing_probe
landing_probe:
	mov	%cs, %eax
	test	$3, %al
	jz	1f
	jmp	*%rcx
1:	sysretq

	.globl	landing_ring0
landing_ring0:
	mov	%rcx, %gs:T_SYSCALL_RIP
	mov	%r11, %gs:T_SYSCALL_RFLAGS
	lea	raw_entry(%rip), %rcx
	mov	$RFLAGS_RING3, %r11d
	sysretq

	.section .entry.text.raw, "ax"
	.globl	landing_ring3
landing_ring3:
	mov	%rcx, %gs:T_SYSCALL_RIP
	mov	%r11, %gs:T_SYSCALL_RFLAGS
/* Ring 3 in both worlds: onto the kernel stack, a full struct regs, C. */
raw_entry:
	mov	%rsp, %gs:T_SYSCALL_RSP
	mov	%gs:T_KSTACK_TOP, %rsp
	push	$SEL_UDATA
	push	%gs:T_SYSCALL_RSP
	push	%gs:T_SYSCALL_RFLAGS
	push	$SEL_UCODE
	push	%gs:T_SYSCALL_RIP
	push	%rax			/* error: the call's number */
	push	$0x100			/* VEC_SYSCALL */
	push	%rax
	push	%gs:T_SYSCALL_RIP	/* rcx, as Linux leaves it */
	mov	%gs:T_SYSCALL_RFLAGS, %r11	/* as Linux leaves it */
	PUSH_REGS
	cld
	mov	%rsp, %rdi
	mov	%rsp, %rbx
	and	$-16, %rsp
	xor	%ebp, %ebp
	call	raw_syscall
	mov	%rbx, %rdi
	jmp	regs_return

	.section .note.GNU-stack, "", @progbits
