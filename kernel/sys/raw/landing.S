/*
 * The SYSCALL instruction (Intel SDM vol. 3, 5.8.8; AMD APM vol. 2, 6.1.1).
 *
 * Registers on arrival: %rcx return address, %r11 RFLAGS, the rest the
 * program's, stack included. On a real CPU SYSCALL arrives in ring 0 with
 * interrupts off (SFMASK) at landing_ring0, which parks what SYSRET destroys
 * in the thread and leaves for ring 3. A software KVM that runs ring 3
 * natively arrives at LSTAR still in ring 3: there LSTAR is landing_ring3.
 * raw.c finds out with landing_probe, which answers with CS.
 *
 * The way back is a jump, unless the call changed where the program goes on.
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

/* What such a jump leads through, behind the instructions that moved. */
	.section .rodata.raw_stub, "a"
	.globl	raw_stub
raw_stub:
	movabs	$0, %rcx		/* the return address is filled in */
	movabs	$raw_jump, %r11
	jmp	*%r11

	.section .entry.text.raw, "ax"
/* A jump in the place of a SYSCALL (jumps.c) leads here: %rcx is the return address already, %r11 is free. */
	.globl	raw_jump
raw_jump:
	mov	%rsp, %gs:T_SYSCALL_RSP
	mov	%gs:T_KSTACK_TOP, %rsp
	pushfq
	.if	. - raw_jump - RAW_JUMP_SAVED
	.error	"RAW_JUMP_SAVED"
	.endif
	pop	%r11
	jmp	1f
raw_entry:
	mov	%gs:T_SYSCALL_RIP, %rcx
	mov	%gs:T_SYSCALL_RFLAGS, %r11
	.globl	landing_ring3
landing_ring3:
	mov	%rsp, %gs:T_SYSCALL_RSP
	mov	%gs:T_KSTACK_TOP, %rsp
/* Ring 3 in all three: a full struct regs on the kernel stack, C. */
1:	push	$SEL_UDATA
	push	%gs:T_SYSCALL_RSP
	push	%r11
	push	$SEL_UCODE
	push	%rcx
	push	%rax			/* error: the call's number */
	push	$0x100			/* VEC_SYSCALL */
	push	%rax
	push	%rcx			/* as Linux leaves it, and %r11 */
	PUSH_REGS
	cld
	test	$RFLAGS_NT, %r11d	/* no IRETQ with it (Intel SDM vol. 2) */
	jz	1f
	push	$RFLAGS_FIXED
	popfq
1:	mov	%rsp, %rbx
	and	$-16, %rsp
	xor	%ebp, %ebp
	mov	%rbx, %rdi
	call	raw_syscall
2:	mov	%rbx, %rsp
	POP_REGS
	cmpb	$0, %gs:T_RAW_LATE
/* No signal is looked for any more: whom an interrupt finds from here on is put where this leads to (raw.c, raw_leaving). */
	.globl	raw_leave, raw_left
raw_leave:
	jne	late
	cmp	16(%rsp), %rcx		/* as SYSRET needs it; else, or to step, IRETQ */
	jne	1f
	cmp	32(%rsp), %r11
	jne	1f
	test	$RFLAGS_TF, %r11d
	jnz	1f
	add	$32, %rsp
	popfq
	pop	%rsp
	jmp	*%rcx
1:	add	$16, %rsp
	iretq
raw_left:
late:	sub	$15 * 8, %rsp		/* what was popped is still there: an interrupt leaves a red zone of 128 bytes */
	mov	%rsp, %rbx
	and	$-16, %rsp
	mov	%rbx, %rdi
	call	raw_signals
	jmp	2b

	.section .note.GNU-stack, "", @progbits
