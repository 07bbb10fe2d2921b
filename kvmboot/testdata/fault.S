# Triple fault: no interrupt table, then an exception.
	.include "guest.inc"
_start:
	mov $0x12345678, %esi
	ud2
	.section .note.GNU-stack, "", @progbits
