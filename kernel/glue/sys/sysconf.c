/*
 * sysconf(): glibc's names and values. What depends on the machine is asked of
 * the kernel, and of CPUID for caches.
 */
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>

unsigned long __getauxval(unsigned long);

#define AT_MINSIGSTKSZ 51

static const struct {
	unsigned char from, to;
	int value;
} constants[] = {
	{ 2, 2, 100 }, { 3, 3, 65536 }, { 5, 5, 16 }, { 6, 6, -1 }, { 7, 8, 1 }, { 9, 22, 200809 }, { 23, 24, -1 }, { 25, 25, 20 },
	{ 26, 26, INT_MAX }, { 27, 27, -1 }, { 28, 28, 32768 }, { 29, 29, 200809 }, { 30, 30, 4096 }, { 31, 31, 32 }, { 32, 32, -1 },
	{ 33, 33, INT_MAX }, { 35, 35, -1 }, { 36, 36, 99 }, { 37, 37, 2048 }, { 38, 38, 99 }, { 39, 39, 1000 }, { 40, 40, 255 },
	{ 42, 42, 32 }, { 43, 43, 2048 }, { 44, 44, 32767 }, { 45, 45, 2048 }, { 46, 48, 200809 }, { 49, 50, -1 }, { 51, 52, 200809 },
	{ 53, 59, -1 }, { 60, 60, 1024 }, { 61, 66, -1 }, { 67, 68, 200809 }, { 69, 70, 1024 }, { 71, 71, 256 }, { 72, 72, 32 },
	{ 73, 73, 4 }, { 74, 74, 1024 }, { 75, 75, 16384 }, { 76, 76, -1 }, { 77, 82, 200809 }, { 87, 87, INT_MAX }, { 88, 88, 8192 },
	{ 89, 89, 700 }, { 90, 90, 4 }, { 91, 91, 1 }, { 92, 92, -1 }, { 93, 94, 1 }, { 95, 96, 200809 }, { 97, 97, -1 }, { 98, 100, 1 },
	{ 101, 101, 8 }, { 102, 102, 127 }, { 103, 103, -128 }, { 104, 104, INT_MAX }, { 105, 105, INT_MIN }, { 106, 106, 64 },
	{ 107, 107, 32 }, { 108, 108, 16 }, { 109, 109, 20 }, { 110, 110, 32767 }, { 111, 111, 127 }, { 112, 112, -128 },
	{ 113, 113, 32767 }, { 114, 114, -32768 }, { 115, 115, 255 }, { 117, 117, -1 }, { 118, 118, 65535 }, { 119, 119, 4096 },
	{ 120, 120, 2048 }, { 121, 124, INT_MAX }, { 125, 126, -1 }, { 127, 127, 1 }, { 128, 128, -1 }, { 129, 131, 1 },
	{ 132, 133, 200809 }, { 134, 136, -1 }, { 137, 139, 200809 }, { 140, 148, -1 }, { 149, 149, 200809 }, { 150, 152, -1 },
	{ 153, 154, 200809 }, { 155, 155, 1 }, { 156, 156, -1 }, { 157, 157, 1 }, { 158, 158, -1 }, { 159, 159, 200809 }, { 160, 163, -1 },
	{ 164, 164, 200809 }, { 165, 177, -1 }, { 178, 178, 1 }, { 179, 179, -1 }, { 180, 180, 64 }, { 181, 184, -1 }, { 186, 186, -1 },
	{ 197, 199, -1 }, { 235, 236, 200809 }, { 237, 238, -1 }, { 239, 239, 1 }, { 240, 240, -1 }, { 242, 246, -1 },
};

static long limit(int resource)
{
	struct rlimit r;

	return getrlimit(resource, &r) || r.rlim_cur == RLIM_INFINITY ? -1 : (long)r.rlim_cur;
}

static long arguments(void)
{
	long stack = limit(RLIMIT_STACK);

	return stack / 4 > 131072 ? stack / 4 : 131072;
}

static long processors(void)
{
	unsigned char set[128] = { 0 };
	long n = 0;

	sched_getaffinity(0, sizeof set, (void *)set);
	for (size_t i = 0; i < sizeof set; i++)
		n += __builtin_popcount(set[i]);
	return n ? n : 1;
}

static long pages(int available)
{
	struct sysinfo s;

	if (sysinfo(&s))
		return -1;
	return (available ? s.freeram : s.totalram) * (s.mem_unit ? s.mem_unit : 1) / 4096;
}

static void cpuid(unsigned leaf, unsigned sub, unsigned r[4])
{
	__asm__ volatile("cpuid" : "=a"(r[0]), "=b"(r[1]), "=c"(r[2]), "=d"(r[3]) : "a"(leaf), "c"(sub));
}

enum { SIZE, WAYS, LINE };

/* A cache by its level and type (1 data, 2 code, 3 both), of leaf 4 (Intel) or 0x8000001D (AMD): the same form. */
static long cache(int level, int type, int what)
{
	unsigned r[4], leaf;

	cpuid(0, 0, r);
	leaf = r[2] == 0x6c65746e ? 4 : 0x8000001d;	/* "ntel" */
	cpuid(leaf & 0x80000000, 0, r);
	if (r[0] < leaf)
		return 0;
	for (int i = 0; i < 16; i++) {
		cpuid(leaf, i, r);
		if (!(r[0] & 31))
			return 0;
		if ((int)(r[0] & 31) != type || (int)(r[0] >> 5 & 7) != level)
			continue;
		long ways = (r[1] >> 22) + 1, parts = (r[1] >> 12 & 0x3ff) + 1, line = (r[1] & 0xfff) + 1;

		return what == WAYS ? ways : what == LINE ? line : ways * parts * line * ((long)r[2] + 1);
	}
	return 0;
}

/* Names 185 to 196: size, ways and line of four caches. */
static long cache_by_name(int n)
{
	static const unsigned char kinds[][2] = { { 1, 2 }, { 1, 1 }, { 2, 3 }, { 3, 3 } };

	return cache(kinds[n / 3][0], kinds[n / 3][1], n % 3);
}

static long constant(int name)
{
	for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
		if (name >= constants[i].from && name <= constants[i].to)
			return constants[i].value;
	errno = EINVAL;
	return -1;
}

long sysconf(int name)
{
	switch (name) {
	case 0: return arguments();
	case 1: return limit(RLIMIT_NPROC);
	case 4: return limit(RLIMIT_NOFILE);
	case 34: return limit(RLIMIT_SIGPENDING);
	case 83: case 84: return processors();
	case 85: case 86: return pages(name == 86);
	case 116: return UINT_MAX;
	case 185: case 187 ... 196: return cache_by_name(name - 185);
	case 249: return __getauxval(AT_MINSIGSTKSZ);
	case 250: return __getauxval(AT_MINSIGSTKSZ) * 4;
	}
	return constant(name);
}
