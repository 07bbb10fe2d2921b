/* Traps and control modes of the two floating point units. */
#include <fenv.h>
#include <stdint.h>

#define EXCEPTIONS	0x3d

static void set_masks(int masked)
{
	uint16_t cw;
	uint32_t mxcsr;

	__asm__ volatile("fnstcw %0" : "=m"(cw));
	__asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
	cw = cw & ~EXCEPTIONS | masked;
	mxcsr = mxcsr & ~(EXCEPTIONS << 7) | masked << 7;
	__asm__ volatile("fldcw %0" : : "m"(cw));
	__asm__ volatile("ldmxcsr %0" : : "m"(mxcsr));
}

static int masks(void)
{
	uint16_t cw;

	__asm__ volatile("fnstcw %0" : "=m"(cw));
	return cw & EXCEPTIONS;
}

/* The exceptions that trap. */
int fegetexcept(void) { return ~masks() & EXCEPTIONS; }

int feenableexcept(int e)
{
	int old = masks();

	set_masks(old & ~e);
	return ~old & EXCEPTIONS;
}

int fedisableexcept(int e)
{
	int old = masks();

	set_masks(old | (e & EXCEPTIONS));
	return ~old & EXCEPTIONS;
}

int fesetexcept(int e)
{
	uint32_t mxcsr;

	__asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
	mxcsr |= e & EXCEPTIONS;
	__asm__ volatile("ldmxcsr %0" : : "m"(mxcsr));
	return 0;
}

int fetestexceptflag(const fexcept_t *flags, int e) { return *flags & e & EXCEPTIONS; }

struct modes { uint16_t cw, reserved; uint32_t mxcsr; };	/* glibc's femode_t */

int fegetmode(struct modes *m)
{
	__asm__ volatile("fnstcw %0" : "=m"(m->cw));
	__asm__ volatile("stmxcsr %0" : "=m"(m->mxcsr));
	return 0;
}

int fesetmode(const struct modes *m)
{
	static const struct modes initial = { 0x37f, 0, 0x1f80 };
	uint32_t mxcsr;

	if (m == (const struct modes *)-1L)	/* FE_DFL_MODE */
		m = &initial;
	__asm__ volatile("fldcw %0" : : "m"(m->cw));
	__asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
	mxcsr = mxcsr & EXCEPTIONS | m->mxcsr & ~EXCEPTIONS;
	__asm__ volatile("ldmxcsr %0" : : "m"(mxcsr));
	return 0;
}
