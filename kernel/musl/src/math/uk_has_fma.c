/* Whether fused multiplication and addition can be used, by the rule with which glibc
 * chooses its variants of exp(), log(), log2() and pow(). Both are ARM's routines;
 * compiled for FMA they give the very bits of glibc's. */
#include "fma_variant.h"

extern hidden unsigned long vector_components;	/* kernel/arch/x86_64/vector.c: state that is kept, as in XCR0 */

enum { COMPONENT_AVX = 1 << 2 };
enum { LEAF1_ECX_FMA = 1 << 12, LEAF7_EBX_AVX2 = 1 << 5 };	/* SDM vol. 2, CPUID */
enum { NO = 1, YES };

static void cpuid(unsigned leaf, unsigned r[4])
{
	__asm__("cpuid" : "=a"(r[0]), "=b"(r[1]), "=c"(r[2]), "=d"(r[3]) : "a"(leaf), "c"(0));
}

static int look(void)
{
	unsigned r[4];

	cpuid(0, r);
	if (r[0] < 7 || !(vector_components & COMPONENT_AVX))
		return NO;
	cpuid(1, r);
	if (!(r[2] & LEAF1_ECX_FMA))
		return NO;
	cpuid(7, r);
	return r[1] & LEAF7_EBX_AVX2 ? YES : NO;
}

int uk_has_fma(void)
{
	static int state;

	if (!state)
		state = look();	/* threads that come here at once find the same */
	return state == YES;
}
