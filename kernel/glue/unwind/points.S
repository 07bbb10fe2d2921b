/*
 * Cancellation in the midst of C++. A thread that is cancelled inside libc leaves the program's frames, of which the first is
 * the one that called libc: it needs the registers that were there. So where an image has pthread_cancel() and an
 * unwinder, the program reaches each function of libc by one of these, which notes its caller's registers and goes on with
 * stack and arguments as they are (uk_point_to()). %r11 is nobody's in between.
 *
 * A thread's notes are a stack: a function that is called from a callback has one above that of the function which called back.
 * Those of functions that have returned go when another one is entered above them.
 */
#define POINTS	1024		/* as in cancelled.c */
#define NOTES	16
#define NOTE	64		/* struct uk_entry */
/* In struct pthread: where the last note is; a word for uk_point(); notes, of which the first is never one. */
#define NOTES_AT 256

	.section .text.uk_points, "ax", @progbits
	.globl uk_points
	.hidden uk_points
	.balign 16
uk_points:
	.set i, 0
	.rept POINTS
	.balign 16
	endbr64
	lea uk_point_targets + 8 * i(%rip), %r11
	jmp uk_point
	.set i, i + 1
	.endr

/* A signal's handler may come at any place and take notes of its own: %rsp makes one ours, and is written before and after it counts. */
uk_point:
	mov %rax, %fs:NOTES_AT + 8
	mov %fs:NOTES_AT, %rax
1:	test %eax, %eax
	jz 2f
	cmp %rsp, %fs:NOTES_AT(%rax)
	ja 2f
	sub $NOTE, %rax
	jmp 1b
2:	cmp $NOTE * NOTES, %rax
	je 3f
	add $NOTE, %rax
3:	mov %rsp, %fs:NOTES_AT(%rax)
	mov %rax, %fs:NOTES_AT
	mov %rbx, %fs:NOTES_AT + 8(%rax)
	mov %rbp, %fs:NOTES_AT + 16(%rax)
	mov %r12, %fs:NOTES_AT + 24(%rax)
	mov %r13, %fs:NOTES_AT + 32(%rax)
	mov %r14, %fs:NOTES_AT + 40(%rax)
	mov %r15, %fs:NOTES_AT + 48(%rax)
	mov %rsp, %fs:NOTES_AT(%rax)
	mov %fs:NOTES_AT + 8, %rax
	jmp *(%r11)

/* uk_leave(entry): ends the thread in the frame that called the function of this entry. */
	.section .text.uk_leave, "ax", @progbits
	.globl uk_leave
	.hidden uk_leave
	.type uk_leave, @function
uk_leave:
	endbr64
	mov (%rdi), %rsp
	mov 8(%rdi), %rbx
	mov 16(%rdi), %rbp
	mov 24(%rdi), %r12
	mov 32(%rdi), %r13
	mov 40(%rdi), %r14
	mov 48(%rdi), %r15
	mov $-1, %rdi		/* PTHREAD_CANCELED */
	jmp uk_unwind_exit
	.size uk_leave, . - uk_leave

	.section .bss.uk_point_targets, "aw", @nobits
	.globl uk_point_targets
	.hidden uk_point_targets
	.balign 8
uk_point_targets:
	.skip 8 * POINTS

	.section .note.GNU-stack, "", @progbits
