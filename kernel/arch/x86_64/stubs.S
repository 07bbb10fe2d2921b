/*
 * Ring 0, part 2: interrupts, faults and monitor calls.
 *
 * Every stub is one CALL, so that the return address says which vector it was.
 * Where the CPU pushed no error code that address lies there too, and upcall()
 * writes 0. Ring 0 decides three things only: a monitor call (#GP
 * on the one HLT of monitor_call) is carried out; an interrupt that the
 * current thread does not want now is noted in its irq_pending, without EOI;
 * everything else becomes an upcall: the frame is copied to the thread's
 * kernel stack and ring 3 continues at upcall_entry.
 *
 * Stack of `common`, after its two pushes:
 *   0 rcx  8 rax  16 stub  24 error  32 rip  40 cs  48 rflags  56 rsp  64 ss
 * which is also the tail of struct regs.
 */
#include "layout.h"
#include "offsets.h"
#include "x86.h"

#define STUB(vector) ((vector) * STUB_SIZE)
#define VECTOR(eax) (STUB(eax) + STUB_SIZE)	/* what %eax holds below */

	.section .monitor.text, "ax"
	.balign	16
	.globl	monitor_stubs
monitor_stubs:
	.set	vector, 0
	.rept	VEC_END
	.if	ERROR_CODES >> vector & 1
	call	common
	.else
	call	common_no_error
	.endif
	.set	vector, vector + 1
	.endr

common_no_error:
	push	(%rsp)
common:
	push	%rax
	push	%rcx
	mov	16(%rsp), %eax
	sub	$(monitor_stubs - DIRECT_BASE), %eax
	cmp	$VECTOR(VEC_IRQ_BASE), %eax
	jae	interrupt
	testb	$3, 40(%rsp)
	jz	monitor_fault
	cmp	$VECTOR(13), %eax
	je	protection
	cmp	$VECTOR(14), %eax
	jne	upcall
	mov	%cr2, %rcx
	mov	%rcx, %gs:T_FAULT_ADDRESS

	/* Copies the frame below the stack pointer if that is in the thread's
	 * kernel stack already, else to its top. 128: the red zone. */
upcall:
	mov	56(%rsp), %rcx
	mov	%rcx, %rax
	sub	%gs:T_KSTACK_BASE, %rax
	cmp	$KSTACK_SIZE, %rax
	jb	1f
	mov	%gs:T_KSTACK_TOP, %rcx
1:	sub	$128, %rcx
	and	$-16, %rcx
	mov	%rsp, %rax
	mov	%rcx, %rsp
	push	64(%rax)
	push	56(%rax)
	push	48(%rax)
	push	40(%rax)
	push	32(%rax)
	push	24(%rax)
	push	16(%rax)
	push	8(%rax)
	push	(%rax)
	mov	%rsp, %rcx
	push	$SEL_UDATA
	push	%rcx
	push	$RFLAGS_RING3
	push	$SEL_UCODE
	lea	upcall_entry(%rip), %rcx
	push	%rcx
	iretq

interrupt:
	testb	$3, 40(%rsp)
	jz	halted			/* the monitor itself */
	cmpl	$0, %gs:T_IRQ_OFF
	jne	note
	incl	%gs:T_IRQ_OFF
	jmp	upcall
	/* A software KVM may interrupt between STI and HLT, which a CPU does
	 * not: the HLT must not be executed then. */
halted:	lea	halt_instruction(%rip), %rcx
	cmp	%rcx, 32(%rsp)
	jne	note
	incq	32(%rsp)
note:	imul	$0x10000 / STUB_SIZE + 1, %eax	/* a division that is right up to 0x10000 / STUB_SIZE */
	shr	$16, %eax
	sub	$VEC_IRQ_BASE + 1, %eax
	bts	%rax, %gs:T_IRQ_PENDING
return:	pop	%rcx
	pop	%rax
	add	$16, %rsp
	iretq

protection:
	lea	monitor_call_site(%rip), %rcx
	cmp	%rcx, 32(%rsp)
	jne	upcall
	cmp	$MON_CALLS, %rdi
	jae	upcall
	incq	32(%rsp)		/* past the HLT */
	lea	calls(%rip), %rcx
	movslq	(%rcx, %rdi, 4), %rax
	add	%rcx, %rax
	jmp	*%rax

	.balign	4
calls:	.long	return - calls, halt - calls, load_cr3 - calls, outb - calls
	.long	outs - calls, inb - calls, write_msr - calls, read_msr - calls, outw - calls

halt:	cmpq	$0, %gs:T_IRQ_PENDING
	jne	return
	sti
halt_instruction:
	hlt
	cli
	jmp	return
load_cr3:
	mov	%rsi, %cr3
	jmp	return
outb:	mov	%edx, %eax
	mov	%esi, %edx
	out	%al, %dx
	jmp	return
outw:	mov	%edx, %eax
	mov	%esi, %edx
	out	%ax, %dx
	jmp	return
outs:	xchg	%rsi, %rdx
	mov	%r8, %rcx
	rep outsb
	jmp	return
inb:	mov	%esi, %edx
	in	%dx, %al
	movzbl	%al, %eax
	mov	%rax, 8(%rsp)
	jmp	return
write_msr:
	mov	%esi, %ecx
	mov	%edx, %eax
	shr	$32, %rdx
	wrmsr
	jmp	return
read_msr:
	mov	%esi, %ecx
	rdmsr
	shl	$32, %rdx
	or	%rdx, %rax
	mov	%rax, 8(%rsp)
	jmp	return

/* A fault in ring 0 or on an IST stack: nothing is left to trust. Status 'p'
 * and the vector, then the end. least_cpu.h jumps to monitor_end from 32-bit mode too, where
 * these instructions are the same bytes. */
monitor_fault:
	imul	$0x10000 / STUB_SIZE + 1, %eax
	shr	$16, %eax
	dec	%eax
	.globl	monitor_end
monitor_end:
	mov	%eax, %ecx
	mov	$STATUS_PANIC, %al
	outb	%al, $PORT_STATUS
	mov	%ecx, %eax
	outb	%al, $PORT_STATUS
	outb	%al, $PORT_EXIT
	mov	$0xfe, %al		/* no exit port: reset (drivers/i8042.c) */
	outb	%al, $0x64
1:	hlt
	jmp	1b

	.section .note.GNU-stack, "", @progbits
