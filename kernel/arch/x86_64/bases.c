/* The bases of FS and GS, from ring 3: by FSGSBASE's instructions (Intel SDM vol. 2, RDFSBASE), or
 * on CPUs without them (before Ivy Bridge and Zen) by the monitor. Nobody else can change FS there, so that
 * thread.fsbase is always right. */
#include "cpu.h"
#include "kernel.h"
#include "x86.h"

static bool have_instructions(void)
{
	return monitor_cr4 & CR4_FSGSBASE;
}

u64 fsbase(void)
{
	u64 v = current()->fsbase;

	if (have_instructions())
		__asm__ volatile("rdfsbase %0" : "=r"(v));
	return v;
}

void fsbase_set(u64 v)
{
	current()->fsbase = v;
	if (have_instructions())
		__asm__ volatile("wrfsbase %0" :: "r"(v) : "memory");
	else
		monitor_call(MON_WRMSR, MSR_FS_BASE, v, 0);
}

/* T becomes current, and FS its own. The caller's stack is still the other thread's, and may be the program's memory: a
 * fault there would put its frame over what T's kernel stack holds. So what is left to be pushed is touched before. */
void bases_switch(struct thread *t)
{
	__asm__ volatile("orb $0, -64(%%rsp)" ::: "memory", "cc");
	if (have_instructions())
		__asm__ volatile("wrgsbase %0" :: "r"(t) : "memory");
	else
		monitor_call(MON_WRMSR, MSR_GS_BASE, (u64)t, 0);
	fsbase_set(t->fsbase);
}
