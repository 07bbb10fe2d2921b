/* What a program finds in CPUID and its auxiliary vector, and then what mix.c does. */
#include <cpuid.h>
#include <sys/auxv.h>

#define main mix
#include "mix.c"
#undef main

static const struct feature { const char *name; unsigned leaf, reg, bit; } features[] = {
	{ "xsave", 1, 2, 26 }, { "avx", 1, 2, 28 }, { "rdrand", 1, 2, 30 }, { "tsc_deadline", 1, 2, 24 }, { "fma", 1, 2, 12 },
	{ "fsgsbase", 7, 1, 0 }, { "avx2", 7, 1, 5 }, { "avx512f", 7, 1, 16 }, { "amx_tile", 7, 3, 24 }, { "erms", 7, 1, 9 },
	{ "pcid", 1, 2, 17 }, { "x2apic", 1, 2, 21 }, { "invariant_tsc", 0x80000007, 3, 8 },
	{ "tsc", 1, 3, 4 }, { "apic", 1, 3, 9 }, { "cmov", 1, 3, 15 }, { "fxsr", 1, 3, 24 }, { "sse", 1, 3, 25 }, { "sse2", 1, 3, 26 },
	{ "nx", 0x80000001, 3, 20 }, { "lm", 0x80000001, 3, 29 },
};

int main(void)
{
	unsigned r[4];

	printf("sees:");
	for (unsigned i = 0; i < sizeof(features) / sizeof(*features); i++) {
		__cpuid_count(features[i].leaf, 0, r[0], r[1], r[2], r[3]);
		if (r[features[i].reg] >> features[i].bit & 1)
			printf(" %s", features[i].name);
	}
	__cpuid(0x80000008, r[0], r[1], r[2], r[3]);
	printf("\naddress bits: %u\nhwcap2: %lx\n", r[0] & 0xff, getauxval(AT_HWCAP2));
	return mix();
}
