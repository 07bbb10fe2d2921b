/*
 * Which vectors there are, asked once at boot: AVX2 if the processor has it and the kernel keeps its registers. XGETBV and
 * CPUID in ring 3 may be the host's, so what is kept is the kernel's own word.
 */
#include <features.h>

extern hidden unsigned long vector_components;	/* kernel/arch/x86_64/vector.c: state that is kept, as in XCR0 */
hidden unsigned char uk_vector_avx2, uk_vector_erms;

enum { COMPONENT_AVX = 1 << 2 };
enum { LEAF7_EBX_AVX2 = 1 << 5, LEAF7_EBX_ERMS = 1 << 9, LEAF1_ECX_AVX = 1 << 28 };	/* SDM vol. 2, CPUID */

static void cpuid(unsigned leaf, unsigned r[4])
{
	__asm__("cpuid" : "=a"(r[0]), "=b"(r[1]), "=c"(r[2]), "=d"(r[3]) : "a"(leaf), "c"(0));
}

static int look(void *device)
{
	unsigned r[4], leaf1;

	cpuid(0, r);
	if (r[0] < 7)
		return 0;
	cpuid(1, r);
	leaf1 = r[2];
	cpuid(7, r);
	uk_vector_erms = !!(r[1] & LEAF7_EBX_ERMS);
	uk_vector_avx2 = r[1] & LEAF7_EBX_AVX2 && leaf1 & LEAF1_ECX_AVX && vector_components & COMPONENT_AVX;
	return 0;
}

/*
 * A "bus" among the drivers, so that it is called at boot, before the program's code. It lives as long as a function that asks
 * which vectors there are (ASKS_VECTORS). No wider alignment: it is an element of a table.
 */
const struct {
	const char *name;
	unsigned id;
	int (*probe)(void *);
} uk_vectors_at_boot __attribute__((section(".drivers.vectors"), aligned(8))) = { "vectors", 0, look };
