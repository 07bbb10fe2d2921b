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

/* Names of Linux for the bits that programs look for, and the bits: 32 in each word. */
static const char flag_names[] =
	"fpu\0" "tsc\0" "pae\0" "cx8\0" "apic\0" "cmov\0" "clflush\0" "mmx\0" "fxsr\0" "sse\0" "sse2\0" "pni\0"
	"pclmulqdq\0" "ssse3\0" "fma\0" "cx16\0" "sse4_1\0" "sse4_2\0" "movbe\0" "popcnt\0" "aes\0" "xsave\0" "avx\0"
	"f16c\0" "rdrand\0" "hypervisor\0" "fsgsbase\0" "bmi1\0" "avx2\0" "bmi2\0" "erms\0" "avx512f\0" "avx512dq\0"
	"rdseed\0" "adx\0" "avx512cd\0" "sha_ni\0" "avx512bw\0" "avx512vl\0" "lahf_lm\0" "abm\0" "nx\0" "rdtscp\0" "lm\0";
static const u8 flag_bits[] = {
	0, 4, 6, 8, 9, 15, 19, 23, 24, 25, 26, 32, 33, 41, 44, 45, 51, 52, 54, 55, 57, 58, 60, 61, 62, 63, 64, 67, 69, 72,
	73, 80, 81, 82, 83, 92, 93, 94, 95, 96, 101, 148, 155, 157,
};

static void put_flags(struct text *t, const u32 words[5])
{
	const char *name = flag_names;

	for (u32 k = 0; k < array_len(flag_bits); k++, name += strlen(name) + 1)
		if (words[flag_bits[k] / 32] >> flag_bits[k] % 32 & 1)
			text_printf(t, " %s", name);
}

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
		put_flags(t, words);
		/* Linux measures no loop either where it knows the frequency: twice that (init/calibrate.c). */
		text_printf(t, "\nbugs\t\t:\nbogomips\t: %lu.%02lu\nclflush size\t: %u\ncache_alignment\t: %u\n", khz / 500, khz / 5 % 100,
			lines * 8, lines * 8);
		text_printf(t, "address sizes\t: %u bits physical, %u bits virtual\npower management:\n\n", sizes & 0xff, sizes >> 8 & 0xff);
	}
}
PROCNODE(cpuinfo, "r-" "cpuinfo", show);
