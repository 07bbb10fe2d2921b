/* Which state components are kept, and how large an area is that holds them. Never by CPUID.0xD.0:EBX,
 * which counts what XCR0 enables: that may be the host's. */
#include "cpuid.h"
#include "vector.h"
#include "x86.h"

u64 vector_components_of(u64 xcr0)
{
	return xcr0 & XCR0_KERNEL;
}

/* Each component from 2 on says where it lies in the standard form (SDM vol. 1, 13.2, 13.4.3). */
u32 vector_size_of(u64 components)
{
	u32 r[4], size = components ? FXSAVE_SIZE + XSAVE_HEADER : FXSAVE_SIZE;

	for (u64 left = components & ~(u64)(XCR0_X87 | XCR0_SSE); left; left &= left - 1) {
		cpuid(CPUID_XSTATE, __builtin_ctzl(left), r);
		size = max(size, r[1] + r[0]);
	}
	return size;
}
