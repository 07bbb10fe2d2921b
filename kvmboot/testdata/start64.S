# Brings a C test guest from the PVH entry to 64-bit mode with the first 4 GB mapped
# one to one, an interrupt gate at vector 0x30 and a stack; calls
# cmain(start_info). The tables are built by the assembler.
	.include "guest.inc"
_start:
	mov $stack_top, %esp
	mov %ebx, %edi			# first argument
	mov %cr4, %eax
	or $0x620, %eax			# PAE, SSE state
	mov %eax, %cr4
	mov $pml4, %eax
	mov %eax, %cr3
	mov $0xc0000080, %ecx
	rdmsr
	or $0x100, %eax			# LME
	wrmsr
	mov $0x80010033, %eax		# PG, WP, NE, ET, MP, PE
	mov %eax, %cr0
	lgdt gdtr
	ljmp $8, $1f
	.code64
1:	mov $16, %eax
	mov %eax, %ss
	mov %eax, %ds
	mov %eax, %es
	lea tss(%rip), %rax		# the emulated ring 0 of some KVMs wants a TSS
	mov %ax, gdt + 0x18 + 2(%rip)
	shr $16, %rax
	mov %al, gdt + 0x18 + 4(%rip)
	mov $0x18, %eax
	ltr %ax
	lea idt + 0x300(%rip), %rdx	# gate of vector 0x30
	lea irq(%rip), %rax
	mov %ax, (%rdx)
	movw $8, 2(%rdx)
	movw $0x8e00, 4(%rdx)
	shr $16, %rax
	mov %ax, 6(%rdx)
	lidt idtr(%rip)
	call cmain
	hlt

irq:	push %rax
	incl irqs(%rip)
	mov $0xfee000b0, %eax		# end of interrupt
	movl $0, (%rax)
	pop %rax
	iretq

	.data
	.globl irqs
irqs:	.long 0
	.balign 8
gdt:	.quad 0, 0x00af9b000000ffff, 0x00cf93000000ffff
	.quad 0x0000890000000067, 0	# TSS
tss:	.long 0
	.quad stack_top
	.fill 90
	.word 104
gdtr:	.word 39
	.quad gdt
idtr:	.word 16 * 64 - 1
	.quad idt
	.balign 16
idt:	.fill 16 * 64
	.balign 4096
pml4:	.quad pdpt + 7
	.fill 511, 8, 0
pdpt:	.quad pd + 7, pd + 0x1007, pd + 0x2007, pd + 0x3007
	.fill 508, 8, 0
pd:	.set i, 0
	.rept 2048
	.quad (i << 21) + 0x87
	.set i, i + 1
	.endr
	.fill 8192
stack_top:
	.section .note.GNU-stack, "", @progbits
