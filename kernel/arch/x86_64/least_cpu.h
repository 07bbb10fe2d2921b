/*
 * The first thing of all: is this a CPU that the kernel can run on (x86.h, LEAST_CPU)? If not, one line on
 * the serial port names a feature that is missing, and the machine ends as in a panic; the line's end is
 * for machines without a status port (arch/x86_64/power_off.c). Text for 32-bit and 64-bit mode alike,
 * as boot_tables.h. No stack. Keeps ebx; changes eax, ecx, edx, ebp and edi.
 */
#include "layout.h"
#include "x86.h"

#define NAMED(bit, name) .byte bit; .asciz name;

	.macro require_least_cpu
	mov	%ebx, %ebp
	mov	$1, %eax
	cpuid
	mov	%edx, %edi
	mov	$CPUID_EXTENDED, %eax
	cpuid
	mov	%ebp, %ebx
	and	$LEAST_CPU_1_MASK, %edi
	and	$LEAST_CPU_EXTENDED_MASK, %edx	/* no bit of the one is in the other */
	or	%edi, %edx
	xor	$LEAST_CPU_1_MASK | LEAST_CPU_EXTENDED_MASK, %edx
	jz	9f
	bsf	%edx, %ebx
	mov	$PHYS(least_cpu_text), %esi
	mov	$least_cpu_names - least_cpu_text, %ecx
	mov	$PORT_SERIAL, %edx
	rep outsb
1:	lodsb
	cmp	%bl, %al
	je	3f
2:	lodsb
	test	%al, %al
	jnz	2b
	jmp	1b
3:	outsb
	cmpb	$0, (%esi)
	jne	3b
	mov	$PHYS(least_cpu_end), %esi
	mov	$least_cpu_text_end - least_cpu_end, %ecx
	rep outsb
	mov	$1, %al
	jmp	monitor_end
least_cpu_text:
	.ascii	"uk: this CPU lacks "
least_cpu_names:
	LEAST_CPU_1(NAMED)
	LEAST_CPU_EXTENDED(NAMED)
least_cpu_end:
	.ascii	"\nuk: kernel panic\n"
least_cpu_text_end:
9:
	.endm
