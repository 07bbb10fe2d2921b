# Brings a hostile C guest from the PVH entry to ring 3 of 64-bit mode, where KVMs in
# software are fast: the first 4 GB are mapped one to one, all ports are open,
# and there is no interrupt table, so that any exception is a triple fault. Calls
# cmain(start_info). What cmain copies from ap_begin to AP_PAGE brings the second
# processor to apmain().
	.include "guest.inc"
	.set AP_PAGE, 0x8000
	.globl guest_base
	.set guest_base, 0xabc000	# no page whose number turns up by accident
_start:
	mov $stack_top, %esp
	mov %ebx, %edi			# first argument
	call paging
	lgdt gdtr
	ljmp $8, $1f
	.code64
1:	mov $16, %eax
	mov %eax, %ds
	mov %eax, %es
	mov %eax, %ss
	lea tss(%rip), %rax		# the emulated ring 0 of some KVMs wants a TSS
	mov %ax, gdt + 0x28 + 2(%rip)
	shr $16, %rax
	mov %al, gdt + 0x28 + 4(%rip)
	mov $0x28, %eax
	ltr %ax
	lea cmain(%rip), %rax
	lea stack_top - 8(%rip), %rcx

ring3:	push $0x20 + 3			# SS
	push %rcx
	push $0x3002			# IOPL 3
	push $0x18 + 3			# CS
	push %rax
	mov $0x23, %ecx
	mov %ecx, %ds
	mov %ecx, %es
	iretq

	.code32
paging:	mov %cr4, %eax
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
	ret

	.code16
	.globl ap_begin, ap_end
ap_begin:
	cli
	xor %ax, %ax
	mov %ax, %ds
	lgdtl AP_PAGE + (ap_gdtr - ap_begin)
	mov %cr0, %eax
	or $1, %eax
	mov %eax, %cr0
	ljmpl $8, $(AP_PAGE + (ap_prot - ap_begin))
	.code32
ap_prot:
	mov $16, %ax
	mov %ax, %ds
	mov %ax, %es
	mov %ax, %ss
	mov $ap_stack_top, %esp
	mov $paging, %eax
	call *%eax
	lgdt gdtr
	ljmp $8, $ap_long
	.balign 8
ap_gdt:	.quad 0, 0x00cf9b000000ffff, 0x00cf93000000ffff
ap_gdtr:
	.word 23
	.long AP_PAGE + (ap_gdt - ap_begin)
ap_end:
	.code64
ap_long:
	mov $16, %eax
	mov %eax, %ss
	lea ap_tss(%rip), %rax		# as above: its ports, too, where a KVM loses IOPL
	mov %ax, gdt + 0x38 + 2(%rip)
	shr $16, %rax
	mov %al, gdt + 0x38 + 4(%rip)
	mov $0x38, %eax
	ltr %ax
	lea apmain(%rip), %rax
	lea ap_stack_top - 8(%rip), %rcx
	jmp ring3

	.data
	.balign 8
gdt:	.quad 0, 0x00af9b000000ffff, 0x00cf93000000ffff
	.quad 0x00affb000000ffff, 0x00cff3000000ffff	# ring 3
	.quad 0x0000890000002068, 0, 0x0000890000002068, 0	# TSSs
	.macro task stack
	.long 0
	.quad \stack
	.fill 90
	.word 104
	.fill 8192			# the ports: all
	.byte 0xff
	.endm
tss:	task stack_top
ap_tss:	task ap_stack_top
gdtr:	.word 71
	.quad gdt
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
	.fill 8192
ap_stack_top:
	.section .note.GNU-stack, "", @progbits
