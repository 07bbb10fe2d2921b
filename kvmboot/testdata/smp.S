# Starts processor 1 with INIT and SIPI through the local APIC. Its real-mode
# trampoline at 0x8000 switches to protected mode and prints 'A'; processor 0 then
# prints 'B'. Status 3 if processor 1 never came.
	.include "guest.inc"
	.set LAPIC, 0xfee00000
_start:
	mov $0x200000, %esp
	mov $tramp, %esi
	mov $0x8000, %edi
	mov $(tramp_end - tramp), %ecx
	rep movsb
	movl $0x1ff, LAPIC + 0xf0	# spurious vector, enable
	movl $0x01000000, LAPIC + 0x310	# to APIC id 1
	movl $0x00004500, LAPIC + 0x300	# INIT, assert
	mov $10000, %ecx
1:	pause
	loop 1b
	movl $0x01000000, LAPIC + 0x310
	movl $0x00004608, LAPIC + 0x300	# SIPI, vector 8: 0x8000
	mov $2000000, %ecx
2:	pause
	cmpl $0, flag
	loopz 2b
	cmpl $0, flag
	je bad
	putc 'B'
	putc 10
	finish 'x', 0
bad:	finish 'x', 3

	.code16
tramp:	cli
	xor %ax, %ax
	mov %ax, %ds
	lgdtl 0x8000 + (gdtr - tramp)
	mov %cr0, %eax
	or $1, %eax
	mov %eax, %cr0
	ljmpl $8, $(0x8000 + (prot - tramp))
	.code32
prot:	mov $16, %ax
	mov %ax, %ds
	mov %ax, %es
	mov %ax, %ss
	putc 'A'
	movl $1, flag
3:	hlt
	jmp 3b
	.balign 8
gdt:	.quad 0, 0x00cf9b000000ffff, 0x00cf93000000ffff
gdtr:	.word 23
	.long 0x8000 + (gdt - tramp)
tramp_end:
	.data
flag:	.long 0
	.section .note.GNU-stack, "", @progbits
