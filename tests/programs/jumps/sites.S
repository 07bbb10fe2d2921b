# System calls in the forms that a jump can take the place of, and others that go around it. Each case loads all registers,
# flags and the red zone, makes one call, and keeps what it finds. The call is sched_get_priority_max(SCHED_FIFO), 99.
#define NR	146
	.data
	.globl	want_flags, got, got_flags, got_zone
want_flags: .quad 0
got:	.fill	16, 8, 0		# rax rbx rcx rdx rsi rdi rbp rsp r8 ... r15
got_flags: .quad 0
got_zone: .fill	16, 8, 0

	.text
.macro	CASE name
	.globl	case_\name, site_\name
	.balign	16
case_\name:
	call	load
.endm

	CASE	adjacent
	mov	$NR, %eax
site_adjacent:
	syscall
	jmp	save

	CASE	further
	mov	$NR, %eax
	mov	%r12, %rdi
	lea	(%rdi), %rdi
site_further:
	syscall
	jmp	save

	CASE	wide			# the nearest long one is what moves, and a load with it
	mov	$NR, %eax
	movabs	$1, %rdi
	mov	-8(%rsp), %rdx
	nopl	(%rax)
	lea	(%rdi), %rdi
site_wide:
	syscall
	jmp	save

	CASE	hop
	mov	%r13, %rax
	jmp	1f
	ud2
1:
site_hop:
	syscall
	jmp	save
	.globl	padding
padding:
	.skip	16, 0xcc

	CASE	around			# comes to the call from elsewhere
	mov	%r13, %rax
	jmp	1f
	mov	$7, %eax
1:
site_around:
	syscall
	jmp	save

	CASE	between			# comes to what moved
	mov	%r13, %rax
	jmp	1f
	mov	$7, %edi
1:	mov	%r12, %rdi
site_between:
	syscall
	jmp	save

	CASE	again			# the numbers of two calls, one behind the other
	mov	$39, %eax
	syscall
	mov	$NR, %eax
site_again:
	syscall
	jmp	save
	ud2

# raw_read(fd, buffer, length)
	.globl	raw_read, site_read
	.balign	16
raw_read:
	mov	$0, %eax
site_read:
	syscall
	ret
	ud2

# On the case's own stack, whose return address becomes the top of its red zone.
load:	pop	return(%rip)
	mov	%rbx, kept(%rip)
	mov	%rbp, kept+8(%rip)
	mov	%r12, kept+16(%rip)
	mov	%r13, kept+24(%rip)
	mov	%r14, kept+32(%rip)
	mov	%r15, kept+40(%rip)
	pushq	want_flags(%rip)
	movabs	$0x1111111111111111, %rax
	.set	n, -8
	.rept	15
	mov	%rax, n(%rsp)
	.set	n, n - 8
	.endr
	movabs	$0xbbbbbbbbbbbbbbb1, %rbx
	movabs	$0xccccccccccccccc1, %rcx
	movabs	$0xddddddddddddddd1, %rdx
	movabs	$0x5151515151515151, %rsi
	mov	$1, %edi
	movabs	$0xb9b9b9b9b9b9b9b9, %rbp
	movabs	$0x0808080808080808, %r8
	movabs	$0x0909090909090909, %r9
	movabs	$0x1010101010101010, %r10
	movabs	$0x1112111211121112, %r11
	mov	$1, %r12d
	mov	$NR, %r13d
	movabs	$0x1414141414141414, %r14
	movabs	$0x1515151515151515, %r15
	popfq
	mov	%rax, -8(%rsp)
	jmp	*return(%rip)

save:	mov	%rax, got(%rip)
	mov	%rbx, got+8(%rip)
	mov	%rcx, got+16(%rip)
	mov	%rdx, got+24(%rip)
	mov	%rsi, got+32(%rip)
	mov	%rdi, got+40(%rip)
	mov	%rbp, got+48(%rip)
	mov	%rsp, got+56(%rip)
	mov	%r8, got+64(%rip)
	mov	%r9, got+72(%rip)
	mov	%r10, got+80(%rip)
	mov	%r11, got+88(%rip)
	mov	%r12, got+96(%rip)
	mov	%r13, got+104(%rip)
	mov	%r14, got+112(%rip)
	mov	%r15, got+120(%rip)
	.set	n, 0
	.rept	15
	mov	-8-n(%rsp), %rax
	mov	%rax, got_zone+n(%rip)
	.set	n, n + 8
	.endr
	pushfq
	pop	got_flags(%rip)
	cld
	mov	kept(%rip), %rbx
	mov	kept+8(%rip), %rbp
	mov	kept+16(%rip), %r12
	mov	kept+24(%rip), %r13
	mov	kept+32(%rip), %r14
	mov	kept+40(%rip), %r15
	ret

	.bss
return:	.skip	8
kept:	.skip	48
	.section .note.GNU-stack, "", @progbits
