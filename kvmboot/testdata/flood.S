# Writes to the serial port without end.
	.include "guest.inc"
_start:
	mov $0x100000, %esi
	mov $4096, %ecx
	mov $0x3f8, %dx
	rep outsb
	jmp _start
	.section .note.GNU-stack, "", @progbits
