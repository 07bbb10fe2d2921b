/* Structure offsets that assembly uses; arch/x86_64/offsets.c asserts each. */
#ifndef OFFSETS_H
#define OFFSETS_H

#define T_KSTACK_BASE	8
#define T_KSTACK_TOP	16
#define T_SYSCALL_RIP	168
#define T_SYSCALL_RFLAGS 176
#define T_SYSCALL_RSP	184
#define T_FAULT_ADDRESS	192
#define T_IRQ_PENDING	64
#define T_IRQ_OFF	72
#define T_LOCK_DEPTH	76
#define T_RAW_LATE	99

#define RAW_JUMP_SAVED	19	/* sys/raw/landing.S: behind raw_jump, where the flags are saved */

#define CPU_IDLE	0
#define CPU_GDT		128	/* behind what C uses, which has short offsets */
#define CPU_TSS		(CPU_GDT + 64)
#define CPU_TSS_RSP0	(CPU_TSS + 4)
#define CPU_TSS_IST1	(CPU_TSS + 36)
#define CPU_TSS_IOMAP	(CPU_TSS + 102)
#define BOOT_CPU_IMAGE	(CPU_TSS_IST1 + 8 - CPU_GDT)	/* GDT and TSS up to there */
#define CPU_GDTR	(CPU_TSS + 106)
#define CPU_STACK	(CPU_GDTR + 10)
#define CPU_STACK_TOP	896
#define CPU_IST_TOP	1408
#define CPU_SIZE	1536	/* a multiple of 64 */

/* Monitor calls: number in %rdi, arguments in %rsi, %rdx, %r8. */
#define MON_NOP		0
#define MON_HALT	1	/* until an interrupt is pending */
#define MON_CR3		2	/* load CR3 with arg: drops all translations */
#define MON_OUTB	3	/* port, value */
#define MON_OUTS	4	/* port, buffer, length */
#define MON_INB		5	/* port */
#define MON_WRMSR	6	/* register, value */
#define MON_RDMSR	7	/* register */
#define MON_OUTW	8	/* port, value */
#define MON_CALLS	9

#endif
