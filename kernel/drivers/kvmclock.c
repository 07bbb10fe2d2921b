/* Wall time from KVM (Linux Documentation/virt/kvm/x86/msr.rst): the host's
 * time at which the VM's own clock began, and that clock. */
#include "cpu.h"
#include "driver.h"
#include "kernel.h"
#include "offsets.h"

#define CPUID_SIGNATURE		0x40000000
#define CPUID_FEATURES		0x40000001
#define FEATURE_CLOCKSOURCE2	8
#define MSR_WALL_CLOCK		0x4b564d00
#define MSR_SYSTEM_TIME		0x4b564d01
#define SYSTEM_TIME_ENABLE	1

static struct {
	u32 version, sec, nsec;
} wall __attribute__((aligned(16)));

static struct {
	u32 version, pad;
	u64 tsc, system_time;
	u32 mul;
	int8_t shift;
	u8 flags, pad2[2];
} clock __attribute__((aligned(32)));

static bool present(void)
{
	u32 r[4];

	cpuid(1, 0, r);
	if (!(r[2] >> 31))
		return false;
	cpuid(CPUID_SIGNATURE, 0, r);
	if (memcmp(&r[1], "KVMKVMKVM\0\0\0", 12) || (r[0] && r[0] < CPUID_FEATURES))
		return false;
	cpuid(CPUID_FEATURES, 0, r);
	return r[0] & FEATURE_CLOCKSOURCE2;
}

static int probe(struct virtio_device *unused)
{
	(void)unused;
	if (cmdline_get("uk.time", 0) || !present())
		return 0;
	monitor_call(MON_WRMSR, MSR_WALL_CLOCK, virt_to_phys(&wall), 0);
	monitor_call(MON_WRMSR, MSR_SYSTEM_TIME, virt_to_phys(&clock) | SYSTEM_TIME_ENABLE, 0);
	u64 ticks = rdtsc() - clock.tsc;
	ticks = clock.shift < 0 ? ticks >> -clock.shift : ticks << clock.shift;
	ns_t uptime = clock.system_time + (ns_t)((unsigned __int128)ticks * clock.mul >> 32);
	monitor_call(MON_WRMSR, MSR_SYSTEM_TIME, 0, 0);	/* it would go on writing */
	if (wall.sec)
		realtime_set(wall.sec * 1000000000UL + wall.nsec + uptime);
	return 0;
}

DRIVER(kvmclock, 0, probe);
