/*
 * memcpy(to, from, n): musl's, which moves odd bytes by string instructions one at a time: each of those costs more than
 * all of a short copy, and most copies are short. From the first byte to the last: core/mm/user_copy.c counts on that.
 */
	.text
	.globl	memcpy
	.type	memcpy, @function
memcpy:
	endbr64
	mov	%rdi, %rax
	xor	%ecx, %ecx
	cmp	$64, %rdx
	ja	3f
	sub	$8, %rdx
	jb	2f
1:	mov	(%rsi,%rcx), %r8
	mov	%r8, (%rdi,%rcx)
	add	$8, %ecx
	cmp	%edx, %ecx
	jb	1b
	mov	(%rsi,%rdx), %r8		/* the last word: some of it for the second time */
	mov	%r8, (%rdi,%rdx)
	ret
2:	add	$8, %edx
	jz	5f
4:	mov	(%rsi,%rcx), %r8b
	mov	%r8b, (%rdi,%rcx)
	inc	%ecx
	cmp	%edx, %ecx
	jb	4b
5:	ret
3:	mov	%rsi, %r8
	mov	%rdx, %rcx
	shr	$3, %rcx
	rep movsq
	mov	-8(%r8,%rdx), %rcx
	mov	%rcx, -8(%rax,%rdx)
	ret
	.size	memcpy, . - memcpy
	.section .note.GNU-stack, "", @progbits
