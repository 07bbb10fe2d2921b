/* The clock: TSC, scaled to nanoseconds. */
#include "boot.h"
#include "clock.h"
#include "cpu.h"
#include "driver.h"
#include "kernel.h"

struct clock clock_data;

ns_t now_monotonic(void)
{
	return clock_monotonic(&clock_data);
}

ns_t now_realtime(void)
{
	return now_monotonic() + clock_data.realtime_offset;
}

void realtime_set(ns_t now)
{
	clock_data.realtime_offset = now - now_monotonic();
}

/* kHz from the hypervisor's timing leaf (0x40000010, as VMware defined it), or
 * from CPUID 15h; 0: unknown. */
static u64 tsc_khz_cpuid(void)
{
	u32 r[4];

	cpuid(1, 0, r);
	if (r[2] >> 31) {
		cpuid(0x40000000, 0, r);
		if (r[0] >= 0x40000010 && r[0] < 0x40000100) {
			cpuid(0x40000010, 0, r);
			if (r[0])
				return r[0];
		}
	}
	cpuid(0, 0, r);
	if (r[0] < 0x15)
		return 0;
	cpuid(0x15, 0, r);
	return r[0] && r[1] && r[2] ? (u64)r[2] * r[1] / r[0] / 1000 : 0;
}

/* Against the local APIC's timer, which runs at 1 GHz: 2 ms. */
static u64 tsc_khz_measure(void)
{
	const u32 wait = 2000000;

	lapic_init();
	lapic_arm(4000000000);
	u32 c0 = lapic_count(), c1;
	u64 t0 = rdtsc();
	do
		c1 = lapic_count();
	while (c0 - c1 < wait);
	return (rdtsc() - t0) * 1000000 / (c0 - c1);
}

void clock_init(void)
{
	const char *told = cmdline_get(CMD_TSC, 0);	/* kHz; to ask takes up to 2 ms */
	u64 khz = told ? parse_u64(told) : tsc_khz_cpuid();
	const char *wall = cmdline_get(CMD_TIME, 0);

	if (!khz)
		khz = tsc_khz_measure();
	clock_data.scale = (1000000UL << 32) / khz;
	/* No program on Linux runs in its machine's first second, and some take a time without seconds for none (ping). */
	clock_data.tsc_start = rdtsc() - khz * 1000;
	if (wall)
		realtime_set(parse_u64(wall));
}
