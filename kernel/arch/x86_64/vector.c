/* Vector state in memory. The choice between XSAVE and FXSAVE is made once, at boot. */
#include "boot.h"
#include "cpu.h"
#include "kernel.h"
#include "vector.h"
#include "x86.h"

u32 vector_size;
u64 vector_components;
struct vector_area vector_clean __attribute__((aligned(VECTOR_ALIGN)));

void vector_init(void)
{
	u32 r[4], lo, hi;

	cpuid(1, 0, r);
	if (r[2] >> CPUID_1_ECX_OSXSAVE & 1) {
		__asm__ volatile("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
		vector_components = vector_components_of(lo);
	}
	vector_size = vector_size_of(vector_components);
	vector_clean.control = X87_CONTROL_INIT;
	vector_clean.mxcsr = MXCSR_INIT;
	vector_restore(&vector_clean);		/* whatever firmware left */
}

void vector_save(void *area)
{
	if (vector_components)
		__asm__ volatile("xsave64 (%0)" :: "r"(area), "a"((u32)vector_components), "d"(0) : "memory");
	else
		__asm__ volatile("fxsave64 (%0)" :: "r"(area) : "memory");
}

void vector_restore_only(const void *area, u64 components)
{
	if (components)
		__asm__ volatile("xrstor64 (%0)" :: "r"(area), "a"((u32)components), "d"(0) : "memory");
	else
		__asm__ volatile("fxrstor64 (%0)" :: "r"(area) : "memory");
}

void vector_restore(const void *area)
{
	vector_restore_only(area, vector_components);
}

/* XSAVE writes its header in part only, so it has to be zero before. */
void *vector_alloc(void)
{
	void *area = kzalloc(vector_size + CANARY_SIZE);

	if (area)
		memset(area + vector_size, CANARY, CANARY_SIZE);
	return area;
}
