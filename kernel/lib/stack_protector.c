/* The kernel's stack protector: functions with buffers keep a copy of stack_guard between these and their return
 * address, and look at it before they return (GCC, -fstack-protector-strong). */
#include "boot.h"
#include "kernel.h"

u64 stack_guard;

/* First of all: a function that is running while this changes would find another value. Its low byte is zero, as
 * Linux has it, so that a string that runs over cannot write it. */
void stack_guard_init(void)
{
	stack_guard = random_early() & ~0xffUL;
}

/* A function that finds its copy changed jumps to stack_smashed, so that panic() reports that function as its
 * caller. */
__asm__(".section .text.stack_smashed, \"ax\", @progbits\n"
	".globl stack_smashed\n"
	"stack_smashed:\n"
	"	lea 1f(%rip), %rdi\n"
	"	xor %eax, %eax\n"
	"	jmp panic\n"
	".section .rodata.stack_smashed, \"aMS\", @progbits, 1\n"
	"1:	.asciz \"stack smashed: a function wrote past one of its buffers\"\n"
	".text");
