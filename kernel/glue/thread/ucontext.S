/*
 * getcontext(), setcontext(), swapcontext(): glibc's ucontext_t. As there, only
 * the registers that a call preserves are kept, with the arguments of a
 * function that makecontext() prepared, the floating point environment and
 * the signal mask. Called from C, on any stack.
 */
#define UC_LINK	8
#define REG_R8	40
#define REG_R9	48
#define REG_R12	72
#define REG_R13	80
#define REG_R14	88
#define REG_R15	96
#define REG_RDI	104
#define REG_RSI	112
#define REG_RBP	120
#define REG_RBX	128
#define REG_RDX	136
#define REG_RCX	152
#define REG_RSP	160
#define REG_RIP	168
#define UC_FPREGS	224
#define UC_SIGMASK	296
#define UC_FPMEM	424
#define FP_MXCSR	24

#define SIG_BLOCK	0
#define SIG_SETMASK	2

/* Saves the caller of the function that uses this, which has pushed nothing, into (%rdi). */
.macro SAVE_CALLER
	mov %rbx, REG_RBX(%rdi)
	mov %rbp, REG_RBP(%rdi)
	mov %r12, REG_R12(%rdi)
	mov %r13, REG_R13(%rdi)
	mov %r14, REG_R14(%rdi)
	mov %r15, REG_R15(%rdi)
	mov %rdi, REG_RDI(%rdi)
	mov %rsi, REG_RSI(%rdi)
	mov %rdx, REG_RDX(%rdi)
	mov %rcx, REG_RCX(%rdi)
	mov %r8, REG_R8(%rdi)
	mov %r9, REG_R9(%rdi)
	mov (%rsp), %rax
	mov %rax, REG_RIP(%rdi)
	lea 8(%rsp), %rax
	mov %rax, REG_RSP(%rdi)
	lea UC_FPMEM(%rdi), %rax
	mov %rax, UC_FPREGS(%rdi)
	fnstenv (%rax)
	fldenv (%rax)
	stmxcsr FP_MXCSR(%rax)
.endm

	.section .text.getcontext, "ax", @progbits
	.globl getcontext
	.type getcontext, @function
getcontext:
	endbr64
	SAVE_CALLER
	sub $8, %rsp
	lea UC_SIGMASK(%rdi), %rdx
	xor %esi, %esi
	xor %edi, %edi		/* SIG_BLOCK nothing */
	call pthread_sigmask
	add $8, %rsp
	xor %eax, %eax
	ret
	.size getcontext, . - getcontext

	.section .text.swapcontext, "ax", @progbits
	.globl swapcontext
	.type swapcontext, @function
swapcontext:
	endbr64
	SAVE_CALLER
	push %rsi
	lea UC_SIGMASK(%rdi), %rdx
	lea UC_SIGMASK(%rsi), %rsi
	mov $SIG_SETMASK, %edi
	call pthread_sigmask
	pop %rdi
	jmp uk_resume_context
	.size swapcontext, . - swapcontext

	.section .text.setcontext, "ax", @progbits
	.globl setcontext
	.type setcontext, @function
setcontext:
	endbr64
	push %rdi
	lea UC_SIGMASK(%rdi), %rsi
	xor %edx, %edx
	mov $SIG_SETMASK, %edi
	call pthread_sigmask
	pop %rdi
	jmp uk_resume_context
	.size setcontext, . - setcontext

/* Goes on where context %rdi was saved; the stack pointer of now is forgotten. */
	.section .text.uk_resume_context, "ax", @progbits
	.globl uk_resume_context
	.hidden uk_resume_context
	.type uk_resume_context, @function
uk_resume_context:
	mov UC_FPREGS(%rdi), %rax
	fldenv (%rax)
	ldmxcsr FP_MXCSR(%rax)
	mov REG_RSP(%rdi), %rsp
	mov REG_RBX(%rdi), %rbx
	mov REG_RBP(%rdi), %rbp
	mov REG_R12(%rdi), %r12
	mov REG_R13(%rdi), %r13
	mov REG_R14(%rdi), %r14
	mov REG_R15(%rdi), %r15
	mov REG_RSI(%rdi), %rsi
	mov REG_RDX(%rdi), %rdx
	mov REG_RCX(%rdi), %rcx
	mov REG_R8(%rdi), %r8
	mov REG_R9(%rdi), %r9
	mov REG_RIP(%rdi), %r11
	mov REG_RDI(%rdi), %rdi
	xor %eax, %eax
	jmp *%r11
	.size uk_resume_context, . - uk_resume_context

/* Where the function of makecontext() returns to: %rbx points at the stack slot of uc_link. */
	.section .text.uk_context_end, "ax", @progbits
	.globl uk_context_end
	.hidden uk_context_end
	.type uk_context_end, @function
uk_context_end:
	mov %rbx, %rsp
	mov (%rsp), %rdi
	and $-16, %rsp
	test %rdi, %rdi
	jz 1f
	call setcontext
1:	xor %edi, %edi
	call exit
	hlt
	.size uk_context_end, . - uk_context_end

	.section .note.GNU-stack, "", @progbits
