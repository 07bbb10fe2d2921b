/* Raw system calls: the table of those that the image was built with. */
#include "cpu.h"
#include "driver.h"
#include "kernel.h"
#include "offsets.h"
#include "signal.h"
#include "x86.h"

#define TABLE_SIZE	512

extern const struct syscall_entry systab_start[], systab_end[];
extern char landing_probe[], landing_ring0[], landing_ring3[];

static long (*table[TABLE_SIZE])(long, long, long, long, long, long);

/* On each CPU. */
void raw_syscalls_enable(void)
{
	u32 r[4];
	u64 cs;

	cpuid(CPUID_EXTENDED, 0, r);
	if (!(r[3] >> CPUID_EXTENDED_EDX_SYSCALL & 1))
		panic("this CPU lacks syscall, which this program cannot do without");
	monitor_call(MON_WRMSR, MSR_EFER, monitor_call(MON_RDMSR, MSR_EFER, 0, 0) | EFER_SCE, 0);
	monitor_call(MON_WRMSR, MSR_STAR, (u64)SEL_KDATA << 48 | 3UL << 48 | (u64)SEL_KCODE << 32, 0);
	monitor_call(MON_WRMSR, MSR_SFMASK, RFLAGS_TF, 0);	/* a program that steps through itself stops behind the call */
	monitor_call(MON_WRMSR, MSR_LSTAR, (u64)landing_probe, 0);
	__asm__ volatile("syscall" : "=a"(cs) :: "rcx", "r11", "memory");
	if (cs & 3) {
		monitor_call(MON_WRMSR, MSR_LSTAR, (u64)landing_ring3, 0);
	} else {
		monitor_call(MON_WRMSR, MSR_SFMASK, RFLAGS_IF | RFLAGS_TF, 0);
		monitor_call(MON_WRMSR, MSR_LSTAR, (u64)landing_ring0, 0);
	}
}

void raw_syscalls_init(void)
{
	for (const struct syscall_entry *e = systab_start; e < systab_end; e++)
		if (e->nr < TABLE_SIZE)
			table[e->nr] = e->fn;
	raw_syscalls_enable();
}

/* Says once for each number that a call is missing. */
static long missing(long nr)
{
	static u64 told[TABLE_SIZE / 64];
	KERNEL_LOCK();		/* one line at a time */

	if (nr >= 0 && nr < TABLE_SIZE) {
		if (told[nr / 64] >> (nr % 64) & 1)
			return -ENOSYS;
		told[nr / 64] |= 1UL << (nr % 64);
	}
	kprintf("system call %ld is not in this image\n", nr);	/* the runner adds the name (missingcall.go) */
	return -ENOSYS;
}

long sys_dynamic(long nr, long a, long b, long c, long d, long e, long f)
{
	if (nr < 0 || nr >= TABLE_SIZE || !table[nr])
		return missing(nr);
	return table[nr](a, b, c, d, e, f);
}
