# Runs until it is stopped.
	.include "guest.inc"
_start:
	putc '.'
1:	pause
	jmp 1b
	.section .note.GNU-stack, "", @progbits
