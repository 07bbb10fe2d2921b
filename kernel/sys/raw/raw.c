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
extern char raw_leave[], raw_left[];

static long (*table[TABLE_SIZE])(long, long, long, long, long, long);

static __attribute__((noinline)) void wrmsr(u64 number, u64 value)
{
	monitor_call(MON_WRMSR, number, value, 0);
}

/* On each CPU. */
void raw_syscalls_enable(void)
{
	u32 r[4];
	u64 cs;

	cpuid(CPUID_EXTENDED, 0, r);
	if (!(r[3] >> CPUID_EXTENDED_EDX_SYSCALL & 1))
		panic("this CPU lacks syscall, which this program needs");
	wrmsr(MSR_EFER, monitor_call(MON_RDMSR, MSR_EFER, 0, 0) | EFER_SCE);
	wrmsr(MSR_STAR, (u64)SEL_KDATA << 48 | 3UL << 48 | (u64)SEL_KCODE << 32);
	wrmsr(MSR_SFMASK, RFLAGS_TF);	/* a program that steps through itself stops behind the call */
	wrmsr(MSR_LSTAR, (u64)landing_probe);
	__asm__ volatile("syscall" : "=a"(cs) :: "rcx", "r11", "memory");
	if (cs & 3) {
		wrmsr(MSR_LSTAR, (u64)landing_ring3);
	} else {
		wrmsr(MSR_SFMASK, RFLAGS_IF | RFLAGS_TF);
		wrmsr(MSR_LSTAR, (u64)landing_ring0);
	}
}

void raw_syscalls_init(void)
{
	for (const struct syscall_entry *e = systab_start; e < systab_end; e++)
		if (e->nr < TABLE_SIZE)
			table[e->nr] = e->fn;
	raw_syscalls_enable();
}

void raw_leaving(struct regs *r)
{
	struct thread *t = current();

	if (r->rip - (u64)raw_leave < (u64)(raw_left - raw_leave))
		memcpy(&r->rip, (u64 *)t->kstack_top - 5, 5 * sizeof(u64));	/* what IRETQ pops */
	else
		t->raw_late = true;
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
