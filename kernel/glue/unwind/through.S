/*
 * Functions of libc that call the program back, as C++ must find them: an exception of the callback passes through. The unwinder
 * needs to know nothing of libc's own frames, of which nothing describes where registers are: each function here keeps
 * its caller's in a record, and the callback is called by uk_back(), whose frame description says that the next frame is the one
 * of that record. struct uk_record (through.h) is what lies at the stack pointer from `sub` on.
 */
#define RECORD	40		/* callback, its argument, cleanup, two more words */

	.macro through name, impl, callback, record, argument
	.section .text.uk_through_\name, "ax", @progbits
	.globl uk_through_\name
	.hidden uk_through_\name
	.type uk_through_\name, @function
	.hidden \impl
uk_through_\name:
	endbr64
	push %rbx
	push %rbp
	push %r12
	push %r13
	push %r14
	push %r15
	sub $RECORD, %rsp
	mov %\callback, (%rsp)
	.ifnb \argument
	mov %\argument, 8(%rsp)
	.endif
	movq $0, 16(%rsp)
	lea uk_back(%rip), %\callback
	mov %rsp, %\record
	call \impl
	add $RECORD, %rsp
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbp
	pop %rbx
	ret
	.size uk_through_\name, . - uk_through_\name
	.endm

	through qsort, uk_sort, rcx, r8
	through qsort_r, uk_sort, rcx, r8, r8
	through bsearch, uk_search, r8, r9
	through pthread_once, uk_once, rsi, rdx

/* Called by libc in place of the callback, with the record as the third argument. */
	.section .text.uk_back, "ax", @progbits
	.globl uk_back, uk_back_end
	.hidden uk_back, uk_back_end
	.type uk_back, @function
uk_back:
	endbr64
	push %rdx
	mov (%rdx), %rax
	mov 8(%rdx), %rdx
	call *%rax
	pop %rdx
	ret
	.size uk_back, . - uk_back
uk_back_end:

/*
 * What .eh_frame_hdr and .eh_frame of a library hold, for uk_back() (LSB 5.0 Core, 10.6; DWARF 4, 6.4 and 7.23). By hand, as
 * the kernel has no such sections.
 */
	.section .rodata.uk_back_frames, "a", @progbits
	.balign 8
	.globl uk_back_frames
	.hidden uk_back_frames
uk_back_frames:
	.byte 1, 0x1b, 0xff, 0xff	/* version; the next word is relative to itself; no table */
	.long 1f - .
1:	.long 3f - 2f			/* the common part */
2:	.long 0
	.byte 1				/* version */
	.asciz "zPR"			/* with a personality, and an encoding of addresses */
	.byte 1, 0x78, 16		/* code is counted by bytes, data by -8; the return address is column 16 */
	.byte 6				/* bytes of what "PR" asks for */
	.byte 0x1b
	.long uk_back_personality - .
	.byte 0x1b
	.balign 8, 0			/* DW_CFA_nop */
3:	.long 5f - 4f			/* uk_back() */
4:	.long . - 1b
	.long uk_back - .
	.long uk_back_end - uk_back
	.byte 0
	/* The caller's stack pointer: what is at ours, a record, and behind it six registers and the return address. */
	.byte 0x0f, 5, 0x77, 0, 0x06, 0x23, RECORD + 7 * 8
	.byte 0x83, 2, 0x86, 3, 0x8c, 4, 0x8d, 5, 0x8e, 6, 0x8f, 7, 0x90, 1	/* %rbx, %rbp, %r12 to %r15, %rip */
	.balign 8, 0
5:	.long 0

	.section .note.GNU-stack, "", @progbits
