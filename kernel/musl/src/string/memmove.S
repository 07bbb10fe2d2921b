/*
 * memmove(to, from, n): musl's, which copies backwards byte by byte where the ranges overlap so. Words are eight times as
 * fast; each is read before the one above it can have been written over, whatever the distance.
 */
	.text
	.globl	memmove
	.type	memmove, @function
memmove:
	endbr64
	mov	%rdi, %rax
	sub	%rsi, %rax
	cmp	%rdx, %rax
	mov	%rdi, %rax
	mov	%rdx, %rcx
	jb	1f
	shr	$3, %rcx
	rep movsq
	mov	%edx, %ecx
	and	$7, %ecx
	rep movsb
	ret
1:
	lea	-1(%rdi,%rdx), %rdi
	lea	-1(%rsi,%rdx), %rsi
	mov	%edx, %ecx
	and	$7, %ecx
	std
	rep movsb			/* what is no whole word, at the end */
	sub	$7, %rdi
	sub	$7, %rsi
	mov	%rdx, %rcx
	shr	$3, %rcx
	rep movsq
	cld
	ret
	.size	memmove, . - memmove
	.section .note.GNU-stack, "", @progbits
