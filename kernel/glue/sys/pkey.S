/*
 * pkey_get(key), pkey_set(key, rights): two bits a key in PKRU. Called only with
 * keys that pkey_alloc() gave, so only where the processor has the register.
 */
	.section .text.pkey_get, "ax", @progbits
	.globl pkey_get
	.type pkey_get, @function
pkey_get:
	endbr64
	cmp $16, %edi
	jae uk_einval
	xor %ecx, %ecx
	rdpkru
	lea (%rdi,%rdi), %ecx
	shr %cl, %eax
	and $3, %eax
	ret
	.size pkey_get, . - pkey_get

	.section .text.pkey_set, "ax", @progbits
	.globl pkey_set
	.type pkey_set, @function
pkey_set:
	endbr64
	cmp $16, %edi
	jae uk_einval
	cmp $4, %esi
	jae uk_einval
	xor %ecx, %ecx
	rdpkru
	lea (%rdi,%rdi), %ecx
	mov $3, %edx
	shl %cl, %edx
	not %edx
	and %edx, %eax
	shl %cl, %esi
	or %esi, %eax
	xor %ecx, %ecx
	xor %edx, %edx
	wrpkru
	xor %eax, %eax
	ret
	.size pkey_set, . - pkey_set

	.section .text.uk_einval, "ax", @progbits
	.globl uk_einval
	.hidden uk_einval
	.type uk_einval, @function
uk_einval:
	sub $8, %rsp
	call __errno_location
	movl $22, (%rax)	/* EINVAL */
	add $8, %rsp
	mov $-1, %eax
	ret
	.size uk_einval, . - uk_einval

	.section .note.GNU-stack, "", @progbits
