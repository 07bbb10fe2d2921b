/*
 * ALIAS(NEW, OLD): a second name for a function of libc. A jump of five bytes in
 * a section of its own, so that only the names that a program asks for are
 * linked; it leaves every register and the stack alone, so it suits functions
 * with any arguments, variable ones included.
 */
#define ALIAS(new, old) \
	.section .text.new, "ax", @progbits; \
	.globl new; \
	.type new, @function; \
	new: endbr64; jmp old; \
	.size new, . - new

.section .note.GNU-stack, "", @progbits
