/*
 * What glibc's own libm.so.6 wants of the other parts of glibc (GLIBC_PRIVATE), for images
 * that bring it: errno as a thread-local variable, and what the processor can do.
 */
#include <stdint.h>
#include <stddef.h>
#include "pthread_impl.h"

extern unsigned long vector_components;	/* kernel/arch/x86_64/vector.c: state that is kept, as in XCR0 */

enum { COMPONENT_AVX = 1 << 2 };
/* The bits that libm's resolvers look at, as CPUID has them: SDM vol. 2, and AMD's for FMA4. */
enum { LEAF1_ECX = 1 << 12 | 1 << 19 | 1 << 28, LEAF1_ECX_SSE4_1 = 1 << 19 };	/* FMA, SSE4.1, AVX */
enum { LEAF7_EBX_AVX2 = 1 << 5, LEAF80000001_ECX_FMA4 = 1 << 16 };

static void cpuid(unsigned leaf, unsigned r[4])
{
	__asm__("cpuid" : "=a"(r[0]), "=b"(r[1]), "=c"(r[2]), "=d"(r[3]) : "a"(leaf), "c"(0));
}

static uint32_t usable(void)
{
	unsigned r[4], most, bits;

	cpuid(0, r), most = r[0];
	cpuid(1, r), bits = r[2] & LEAF1_ECX;
	if (!(vector_components & COMPONENT_AVX))
		return bits & LEAF1_ECX_SSE4_1;
	if (most >= 7)
		cpuid(7, r), bits |= r[1] & LEAF7_EBX_AVX2;
	cpuid(0x80000000, r);
	if (r[0] > 0x80000000)
		cpuid(0x80000001, r), bits |= r[2] & LEAF80000001_ECX_FMA4;
	return bits;
}

/*
 * A structure of ld.so's, in which libm's resolvers of STT_GNU_IFUNC symbols find copies of CPUID's
 * registers. Where, differs from release to release; but no two resolvers look at the same bit of
 * different registers, so that one word with all of their bits, everywhere, tells each the truth.
 * The symbol is an indirect function itself: the loader asks for its address, and it is filled then.
 */
static uint32_t everywhere[1024];

__attribute__((used)) static void *fill(void)
{
	uint32_t bits = usable();

	for (int i = 0; i < 1024; i++)
		everywhere[i] = bits;
	return everywhere;
}

__asm__(".globl _rtld_global_ro\n.type _rtld_global_ro, @gnu_indirect_function\n.set _rtld_global_ro, fill");

/* An absolute symbol: kernel/elf/relocate.c takes it for an offset from the thread pointer. */
__asm__(".globl errno\n.set errno, 52");
_Static_assert(offsetof(struct pthread, errno_val) == 52, "errno's place");
