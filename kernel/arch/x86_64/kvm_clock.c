/* The time of day, asked of KVM once at boot (Linux Documentation/virt/kvm/x86/msr.rst
 * and cpuid.rst): for machines without the word uk.time, as Firecracker's, whose
 * guests have no other clock that knows it. */
#include "cpu.h"
#include "driver.h"
#include "kernel.h"
#include "offsets.h"

#define CPUID_SIGNATURE		0x40000000
#define CPUID_FEATURES		0x40000001
#define FEATURE_CLOCKSOURCE2	(1u << 3)
#define MSR_WALL_CLOCK_NEW	0x4b564d00
#define MSR_SYSTEM_TIME_NEW	0x4b564d01
#define ENABLE			1

/* When the machine's own time was 0. */
static volatile struct {
	u32 version, sec, nsec;
} wall __attribute__((aligned(16)));

/* What that time is; KVM writes it before it enters the guest again. */
static volatile struct {
	u32 version, pad0;
	u64 tsc_timestamp, system_time;
	u32 tsc_to_system_mul;
	signed char tsc_shift;
	u8 flags, pad[2];
} now __attribute__((aligned(32)));
_Static_assert(sizeof(now) == 32, "pvclock_vcpu_time_info");

static bool is_kvm(void)
{
	u32 r[4];

	cpuid(1, 0, r);
	if (!(r[2] >> 31))
		return false;
	cpuid(CPUID_SIGNATURE, 0, r);
	if (r[0] < CPUID_FEATURES || memcmp(&r[1], "KVMKVMKVM\0\0\0", 12))
		return false;
	cpuid(CPUID_FEATURES, 0, r);
	return r[0] & FEATURE_CLOCKSOURCE2;
}

static int probe(struct virtio_device *unused)
{
	(void)unused;
	if (cmdline_get(CMD_TIME, 0) || !is_kvm())
		return 0;
	monitor_call(MON_WRMSR, MSR_SYSTEM_TIME_NEW, virt_to_phys((void *)&now) | ENABLE, 0);
	monitor_call(MON_WRMSR, MSR_WALL_CLOCK_NEW, virt_to_phys((void *)&wall), 0);
	u64 ticks = rdtsc() - now.tsc_timestamp;
	ticks = now.tsc_shift < 0 ? ticks >> -now.tsc_shift : ticks << now.tsc_shift;
	ns_t since = now.system_time + ((unsigned __int128)ticks * now.tsc_to_system_mul >> 32);
	monitor_call(MON_WRMSR, MSR_SYSTEM_TIME_NEW, 0, 0);
	if (now.version && wall.version)	/* else nothing was written */
		realtime_set(wall.sec * 1000000000ul + wall.nsec + since);
	return 0;
}

DRIVER(kvm_clock, 0, probe);
