# Prints the first seven bytes of the only PVH module, checks that it is 8000 bytes.
	.include "guest.inc"
_start:
	cmpl $1, 12(%ebx)
	jne bad
	mov 16(%ebx), %edi
	cmpl $8000, 8(%edi)
	jne bad
	mov (%edi), %esi
	mov $7, %ecx
	mov $0x3f8, %dx
	rep outsb
	cmpb $'!', 7999 - 7(%esi)
	jne bad
	finish 'x', 0
bad:	finish 'x', 1
	.section .note.GNU-stack, "", @progbits
