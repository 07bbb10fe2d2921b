/* /proc/cpuinfo (Intel SDM vol. 2, CPUID). */
#include "clock.h"
#include "cpu.h"
#include "kernel.h"
#include "linux_file.h"
#include "procfs.h"
#include "proc/cache.h"

struct cpuid { u32 a, b, c, d; };

static struct cpuid cpuid_of(u32 leaf, u32 sub)
{
	struct cpuid r;

	__asm__ volatile("cpuid" : "=a"(r.a), "=b"(r.b), "=c"(r.c), "=d"(r.d) : "a"(leaf), "c"(sub));
	return r;
}

/* Names of Linux for the bits that programs look for. */
struct flag { u8 word, bit; char name[14]; };
static const struct flag flags[] = {
	{ 0, 0, "fpu" }, { 0, 4, "tsc" }, { 0, 6, "pae" }, { 0, 8, "cx8" }, { 0, 9, "apic" }, { 0, 15, "cmov" },
	{ 0, 19, "clflush" }, { 0, 23, "mmx" }, { 0, 24, "fxsr" }, { 0, 25, "sse" }, { 0, 26, "sse2" },
	{ 1, 0, "pni" }, { 1, 1, "pclmulqdq" }, { 1, 9, "ssse3" }, { 1, 12, "fma" }, { 1, 13, "cx16" },
	{ 1, 19, "sse4_1" }, { 1, 20, "sse4_2" }, { 1, 22, "movbe" }, { 1, 23, "popcnt" }, { 1, 25, "aes" },
	{ 1, 26, "xsave" }, { 1, 28, "avx" }, { 1, 29, "f16c" }, { 1, 30, "rdrand" }, { 1, 31, "hypervisor" },
	{ 2, 0, "fsgsbase" }, { 2, 3, "bmi1" }, { 2, 5, "avx2" }, { 2, 8, "bmi2" }, { 2, 9, "erms" },
	{ 2, 16, "avx512f" }, { 2, 17, "avx512dq" }, { 2, 18, "rdseed" }, { 2, 19, "adx" }, { 2, 28, "avx512cd" },
	{ 2, 29, "sha_ni" }, { 2, 30, "avx512bw" }, { 2, 31, "avx512vl" },
	{ 3, 0, "lahf_lm" }, { 3, 5, "abm" }, { 4, 20, "nx" }, { 4, 27, "rdtscp" }, { 4, 29, "lm" },
};

/* Of the largest cache, in KB, as Linux has it here. */
static u64 cache_size(void)
{
	struct cache c;
	u64 size = 0;

	for (unsigned i = 0; cache_get(i, &c); i++)
		size = max(size, c.size);
	return size >> 10;
}

static void show(struct text *t)
{
	struct cpuid zero = cpuid_of(0, 0), one = cpuid_of(1, 0), seven = { 0 }, ext = { 0 };
	u32 vendor[4] = { zero.b, zero.d, zero.c, 0 }, brand[13] = { 0 };
	u32 family = one.a >> 8 & 15, model = one.a >> 4 & 15;

	if (zero.a >= 7)
		seven = cpuid_of(7, 0);
	u32 last = cpuid_of(0x80000000, 0).a;
	if (last >= 0x80000001)
		ext = cpuid_of(0x80000001, 0);
	for (u32 i = 0; last >= 0x80000004 && i < 3; i++) {
		struct cpuid r = cpuid_of(0x80000002 + i, 0);
		memcpy(brand + 4 * i, &r, sizeof(r));
	}
	if (family == 6 || family == 15)
		model += (one.a >> 16 & 15) << 4;
	if (family == 15)
		family += one.a >> 20 & 0xff;
	u32 lines = one.b >> 8 & 0xff, sizes = last >= 0x80000008 ? cpuid_of(0x80000008, 0).a : 36 | 48 << 8;
	u64 khz = clock_data.scale ? (1000000UL << 32) / clock_data.scale : 0;
	u32 words[5] = { one.d, one.c, seven.b, ext.c, ext.d };
	for (unsigned i = 0; i < cpu_count; i++) {
		text_printf(t, "processor\t: %u\nvendor_id\t: %s\ncpu family\t: %u\nmodel\t\t: %u\nmodel name\t: %s\nstepping\t: %u\n",
			i, (char *)vendor, family, model, brand[0] ? (char *)brand : "unknown", one.a & 15);
		text_printf(t, "cpu MHz\t\t: %lu.%lu%lu%lu\n", khz / 1000, khz / 100 % 10, khz / 10 % 10, khz % 10);
		if (cache_size())
			text_printf(t, "cache size\t: %lu KB\n", cache_size());
		text_printf(t, "physical id\t: 0\nsiblings\t: %u\ncore id\t\t: %u\ncpu cores\t: %u\napicid\t\t: %u\ninitial apicid\t: %u\nfpu\t\t: yes\n"
			"fpu_exception\t: yes\ncpuid level\t: %u\nwp\t\t: yes\nflags\t\t:",
			cpu_count, i, cpu_count, cpu_at(i)->apic_id, cpu_at(i)->apic_id, zero.a);
		for (u32 k = 0; k < array_len(flags); k++)
			if (words[flags[k].word] >> flags[k].bit & 1)
				text_printf(t, " %s", flags[k].name);
		/* Linux measures no loop either where it knows the frequency: twice that (init/calibrate.c). */
		text_printf(t, "\nbugs\t\t:\nbogomips\t: %lu.%02lu\nclflush size\t: %u\ncache_alignment\t: %u\n", khz / 500, khz / 5 % 100,
			lines * 8, lines * 8);
		text_printf(t, "address sizes\t: %u bits physical, %u bits virtual\npower management:\n\n", sizes & 0xff, sizes >> 8 & 0xff);
	}
}
PROCNODE(cpuinfo, "r-" "cpuinfo", show);
