/* setjmp() as a function: it keeps the signal mask, as BSD's does. The macro of that name is _setjmp(), which does not. */
	.section .text.setjmp, "ax", @progbits
	.globl setjmp
	.type setjmp, @function
setjmp:
	endbr64
	mov $1, %esi
	jmp __sigsetjmp
	.size setjmp, . - setjmp

	.section .note.GNU-stack, "", @progbits
