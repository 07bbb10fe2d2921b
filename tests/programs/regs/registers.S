# See torture.h. %rdi = struct round: mask 0, how 8, spins 16, put 24, got 152, area 320, after 320 + 2816.
	.text
	.globl	registers_load, registers_save, registers_round, handler_entry, registers_call
registers_load:
	mov	%edi, %eax
	xor	%edx, %edx
	test	%eax, %eax
	jz	1f
	xrstor64 (%rsi)
	ret
1:	fxrstor64 (%rsi)
	ret

registers_save:
	mov	%edi, %eax
	xor	%edx, %edx
	test	%eax, %eax
	jz	1f
	xsave64	(%rsi)
	ret
1:	fxsave64 (%rsi)
	ret

registers_round:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	push	%rdi
	lea	320(%rdi), %rsi
	mov	(%rdi), %rdi
	call	registers_load
	mov	(%rsp), %rdi
	mov	8(%rdi), %rax
	mov	16(%rdi), %rcx
	mov	24(%rdi), %rbx
	mov	32(%rdi), %rbp
	mov	40(%rdi), %rsi
	mov	48(%rdi), %r8
	mov	56(%rdi), %r9
	mov	64(%rdi), %r10
	mov	72(%rdi), %r11
	mov	80(%rdi), %r12
	mov	88(%rdi), %r13
	mov	96(%rdi), %r14
	mov	104(%rdi), %r15
	pushq	112(%rdi)
	mov	120(%rdi), %rdi
	xor	%edx, %edx
	popfq				# DF and the arithmetic flags
	# Nothing below changes a flag before they are stored, but for the loop and DIV, which no row compares them of.
	jrcxz	2f
1:	dec	%rcx
	jnz	1b
2:	mov	%rax, %rdx		# how
	.irp	n, 1, 2, 3, 4
	lea	-1(%rdx), %rdx
	mov	%rdx, %rcx
	jrcxz	how\n
	.endr
	jmp	stored
how1:	mov	$0, %eax
	mov	(%rax), %rax		# the handler points rax to memory
	jmp	stored
how2:	xor	%edx, %edx
	div	%rcx			# the handler makes rcx 1
	jmp	stored
how3:	ud2				# the handler steps over it
	jmp	stored
how4:	mov	$24, %eax		# sched_yield
	mov	%r11, %rdx
	syscall
	mov	%rdx, %r11		# which SYSCALL changes
stored:	pushfq
	cld
	push	%rdi
	mov	16(%rsp), %rdi
	popq	152 + 96(%rdi)
	popq	152 + 88(%rdi)
	mov	%rbx, 152(%rdi)
	mov	%rbp, 152 + 8(%rdi)
	mov	%rsi, 152 + 16(%rdi)
	mov	%r8, 152 + 24(%rdi)
	mov	%r9, 152 + 32(%rdi)
	mov	%r10, 152 + 40(%rdi)
	mov	%r11, 152 + 48(%rdi)
	mov	%r12, 152 + 56(%rdi)
	mov	%r13, 152 + 64(%rdi)
	mov	%r14, 152 + 72(%rdi)
	mov	%r15, 152 + 80(%rdi)
	lea	320 + 2816(%rdi), %rsi
	mov	(%rdi), %rdi
	call	registers_save
	fninit
	movl	$0x1f80, -8(%rsp)
	ldmxcsr	-8(%rsp)
	pop	%rdi
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret

# The first look at what a handler starts with.
handler_entry:
	pushfq
	cld
	sub	$512, %rsp
	fxsave64 (%rsp)
	mov	%rsp, %rcx
	mov	512(%rsp), %r8
	call	handler
	add	$520, %rsp
	ret

# %rdi = put, %rsi = got, %rdx = fn, %rcx and %r8 its arguments
registers_call:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	push	%rsi
	sub	$32, %rsp
	mov	%rdx, %rax
	fnstenv	(%rsp)
	mov	52(%rdi), %dx
	mov	%dx, (%rsp)
	mov	54(%rdi), %dx
	mov	%dx, 4(%rsp)
	fldenv	(%rsp)
	ldmxcsr	48(%rdi)
	mov	(%rdi), %rbx
	mov	8(%rdi), %rbp
	mov	16(%rdi), %r12
	mov	24(%rdi), %r13
	mov	32(%rdi), %r14
	mov	40(%rdi), %r15
	mov	%rcx, %rdi
	mov	%r8, %rsi
	call	*%rax
	mov	32(%rsp), %rdi
	mov	%rbx, (%rdi)
	mov	%rbp, 8(%rdi)
	mov	%r12, 16(%rdi)
	mov	%r13, 24(%rdi)
	mov	%r14, 32(%rdi)
	mov	%r15, 40(%rdi)
	stmxcsr	48(%rdi)
	fnstcw	52(%rdi)
	fnstsw	54(%rdi)
	fnstenv	(%rsp)			# the tags: all empty
	movzwl	8(%rsp), %edx
	pushfq
	pop	%rcx
	cld
	and	$0x400, %ecx
	cmp	$0xffff, %edx
	setne	%dl
	movzbl	%dl, %edx
	or	%ecx, %edx		# DF, or an x87 stack that is not empty
	mov	%rdx, %rcx
	fninit
	movl	$0x1f80, (%rsp)
	ldmxcsr	(%rsp)
	mov	%rcx, %rax
	add	$40, %rsp
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret

	.section .note.GNU-stack, "", @progbits
