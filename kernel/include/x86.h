/* Names of the processor's registers, bits and CPUID leaves (Intel SDM vol. 3, 2.5 and vol. 4;
 * AMD APM vol. 2, 3.1), for C, assembly and the UEFI loader. */
#ifndef X86_H
#define X86_H

#define CR0_PE		0x1
#define CR0_MP		0x2
#define CR0_ET		0x10
#define CR0_NE		0x20
#define CR0_WP		0x10000
#define CR0_PG		0x80000000
#define CR0_KERNEL	(CR0_PG | CR0_WP | CR0_NE | CR0_ET | CR0_MP | CR0_PE)

#define CR4_PAE		0x20
#define CR4_OSFXSR	0x200
#define CR4_OSXMMEXCPT	0x400
#define CR4_FSGSBASE	0x10000
#define CR4_PCIDE	0x20000
#define CR4_OSXSAVE_BIT	18
#define CR4_LEAST	(CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT)	/* arch/x86_64/features.S adds what there is */

#define MSR_APIC_BASE	0x1b
#define MSR_EFER	0xc0000080
#define MSR_STAR	0xc0000081
#define MSR_LSTAR	0xc0000082
#define MSR_SFMASK	0xc0000084
#define MSR_FS_BASE	0xc0000100
#define MSR_GS_BASE	0xc0000101

#define EFER_SCE	0x1
#define EFER_LME	0x100
#define EFER_NXE	0x800

#define RFLAGS_FIXED	0x2		/* always set */
#define RFLAGS_TF	0x100
#define RFLAGS_IF	0x200
#define RFLAGS_NT	0x4000
#define RFLAGS_RING3	(RFLAGS_IF | RFLAGS_FIXED)

/* State components (SDM vol. 1, 13.1): the kernel's own list. XGETBV in ring 3 may tell the
 * host's, with AMX, protection keys or APX in it. */
#define XCR0_X87	0x1
#define XCR0_SSE	0x2
#define XCR0_AVX	0x4
#define XCR0_AVX512	0xe0		/* opmask, upper halves, upper registers: all or none */
#define XCR0_KERNEL	(XCR0_X87 | XCR0_SSE | XCR0_AVX | XCR0_AVX512)

#define X87_CONTROL_INIT 0x37f

#define CPUID_1_ECX_XSAVE	26	/* bit numbers */
#define CPUID_1_ECX_OSXSAVE	27
#define CPUID_7_EBX_FSGSBASE	0
#define CPUID_EXTENDED		0x80000001
#define CPUID_EXTENDED_EDX_SYSCALL 11	/* Intel: in 64-bit mode only */
#define CPUID_XSTATE		0xd
#define CPUID_HYPERVISOR	0x40000000
#define CPUID_HYPERVISOR_EBX_TCG 0x54474354	/* "TCGTCGTCGTCG" */

/* The least processor: what no kernel here goes without, by bit number of EDX of leaf 1 and of leaf
 * 0x80000001. Names as in /proc/cpuinfo. With 64-bit mode come FPU, MSR, PAE and CX8. */
#define LEAST_CPU_1(bit)	bit(4, "tsc") bit(9, "apic") bit(15, "cmov") bit(24, "fxsr") \
				bit(25, "sse") bit(26, "sse2")
#define LEAST_CPU_EXTENDED(bit)	bit(20, "nx") bit(29, "lm")
#define LEAST_CPU_MASK(n, name)	| 1 << n
#define LEAST_CPU_1_MASK	(0 LEAST_CPU_1(LEAST_CPU_MASK))
#define LEAST_CPU_EXTENDED_MASK	(0 LEAST_CPU_EXTENDED(LEAST_CPU_MASK))

#endif
