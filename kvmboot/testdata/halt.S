# Halts for good.
	.include "guest.inc"
_start:
	putc '.'
1:	cli
	hlt
	jmp 1b
	.section .note.GNU-stack, "", @progbits
