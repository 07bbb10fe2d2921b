# A guest without a PVH note, for Linux's 64-bit boot protocol on Firecracker's machine.
# Prints the command line, the e820 map as "address size type" in hexadecimal and the
# first bytes of the ramdisk, echoes a line of input that it polls for, tells a status
# of 5 and resets. What our own machine's ports do is none of Firecracker's.
	.text
	.code64
	.globl _start
_start:	mov %rsi, %rbx
	mov $7, %eax
	out %al, $0xf4
	mov 0x228(%rbx), %esi
	call string
	call newline
	movzbl 0x1e8(%rbx), %r12d
	lea 0x2d0(%rbx), %r13
1:	mov (%r13), %rdi
	call hex
	mov 8(%r13), %rdi
	call hex
	mov 16(%r13), %edi
	call hex
	call newline
	add $20, %r13
	dec %r12d
	jnz 1b
	mov 0x218(%rbx), %esi
	test %esi, %esi
	jz 2f
	call string
2:	call newline
3:	mov $0x3fd, %edx
	in (%dx), %al
	test $1, %al
	jz 3b
	mov $0x3f8, %edx
	in (%dx), %al
	out %al, (%dx)
	cmp $'\n', %al
	jne 3b
	lea last(%rip), %rsi
	call string
	mov $0xfe, %al
	out %al, $0x64
	hlt

string:	mov $0x3f8, %edx		# %rsi
1:	lodsb
	test %al, %al
	jz 2f
	out %al, (%dx)
	jmp 1b
2:	ret

newline: mov $'\n', %eax
put:	mov $0x3f8, %edx
	out %al, (%dx)
	ret

hex:	mov $16, %ecx			# %rdi, and a space
1:	rol $4, %rdi
	mov %edi, %eax
	and $15, %eax
	cmp $10, %eax
	jb 2f
	add $'a' - '0' - 10, %eax
2:	add $'0', %eax
	call put
	dec %ecx
	jnz 1b
	mov $' ', %eax
	jmp put

	.data
last:	.asciz "uk: exit status 5\n"
	.section .note.GNU-stack, "", @progbits
