# Writes one byte to each 4 KB page of 2 MB, from 2 MB on.
	.include "guest.inc"
_start:
	mov $0x200000, %esi
1:	movb $1, (%esi)
	add $4096, %esi
	cmp $0x400000, %esi
	jne 1b
	finish 'x', 0

	.section .note.GNU-stack, "", @progbits
