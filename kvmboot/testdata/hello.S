# Checks the PVH start state as far as a program can, prints "hello\n" with one
# string instruction, then the command line byte by byte; exit status 7.
	.include "guest.inc"
_start:
	mov $0x200000, %esp
	cmpl $0x336ec578, (%ebx)	# start_info magic
	jne bad
	cmpl $1, 4(%ebx)		# version
	jne bad
	mov %cr0, %eax
	and $0x80000001, %eax
	cmp $1, %eax			# protected mode, no paging
	jne bad
	mov 40(%ebx), %esi		# memory map: RAM from 0 first
	cmpl $1, 48(%ebx)
	jb bad
	cmpl $0, (%esi)
	jne bad
	cmpl $1, 16(%esi)
	jne bad
	mov $msg, %esi
	mov $6, %ecx
	mov $0x3f8, %dx
	rep outsb
	mov $0x3fd, %dx			# line status: both empty; there may be input
	in (%dx), %al
	and $0x60, %al
	cmp $0x60, %al
	jne bad
	mov $0x3f8, %dx
	mov 24(%ebx), %esi
1:	lodsb
	test %al, %al
	jz 2f
	out %al, %dx
	jmp 1b
2:	finish 'x', 7
bad:	finish 'p', 1
msg:	.ascii "hello\n"
	.section .note.GNU-stack, "", @progbits
