/* Random numbers of the processor (Intel SDM vol. 2, RDRAND). */
#include "cpu.h"
#include "kernel.h"

/* RDRAND where the CPU has it, N times: no device need be started for it. CPUID is an exit for many a guest. */
bool cpu_random(u64 *v, unsigned n)
{
	u32 r[4];

	cpuid(1, 0, r);
	if (r[2] >> 30 & 1)
		for (unsigned tries = 64; n && tries; tries--) {
			bool ok;
			u64 x;
			__asm__ volatile("rdrand %0" : "=r"(x), "=@ccc"(ok));
			if (ok)
				v[--n] = x;
		}
	return !n;
}

/* For the stack protector, before there are devices: where there is no RDRAND it is as hard to guess as the time. */
u64 random_early(void)
{
	u64 v = 0;

	cpu_random(&v, 1);
	return (v ^ rdtsc()) * 0x9e3779b97f4a7c15;
}
