/* Vector state in a signal frame, as Linux lays it out (arch/x86/include/uapi/asm/sigcontext.h,
 * arch/x86/kernel/fpu/signal.c): the save area, whose software bytes tell its size and components, and a magic number
 * behind it. A handler may change all of it, so that what it leaves is checked before the CPU would fault on it. */
#include "kernel.h"
#include "vector.h"
#include "x86.h"

#define XSTATE_MAGIC1	0x46505853
#define XSTATE_MAGIC2	0x46505845
#define MAGIC2_SIZE	4

struct software {			/* struct _fpx_sw_bytes */
	u32 magic, extended_size;
	u64 components;
	u32 size, padding[7];
};
_Static_assert(sizeof(struct software) == sizeof(((struct vector_area *)0)->software), "software bytes");

u32 vector_frame_size(void)
{
	return vector_size + (vector_components ? MAGIC2_SIZE : 0);
}

void vector_frame_save(struct vector_area *v)
{
	struct software *s = (struct software *)v->software;

	memset(v, 0, vector_size);
	vector_save(v);
	if (vector_components) {
		v->xstate_bv |= XCR0_X87 | XCR0_SSE;	/* what a handler writes there counts */
		*s = (struct software){ XSTATE_MAGIC1, vector_size + MAGIC2_SIZE, vector_components, vector_size };
		*(u32 *)((u8 *)v + vector_size) = XSTATE_MAGIC2;
	}
	vector_restore(&vector_clean);
}

/* The bits of MXCSR that this CPU has; others fault. */
static u32 mxcsr_mask(void)
{
	struct vector_area a __attribute__((aligned(16)));

	a.mxcsr_mask = 0;
	__asm__ volatile("fxsave64 %0" : "+m"(a));
	return a.mxcsr_mask ? a.mxcsr_mask : MXCSR_MASK_OLD;
}

/* Does the frame hold more than FXSAVE's part? The program may have cut it, which is no error. */
static bool extended(const struct vector_area *v)
{
	const struct software *s = (const struct software *)v->software;

	return vector_components && s->magic == XSTATE_MAGIC1 && s->size >= sizeof(*v) && s->size <= vector_size &&
		s->size <= s->extended_size && user_ok(v, s->size + MAGIC2_SIZE, PROT_READ) &&
		*(u32 *)((u8 *)v + s->size) == XSTATE_MAGIC2;
}

/* What XRSTOR faults on (SDM vol. 1, 13.8.1), in the standard form. */
static bool header_ok(const struct vector_area *v)
{
	return !((u64)v & (VECTOR_ALIGN - 1)) && !(v->xstate_bv & ~vector_components) && !v->xcomp_bv && !v->reserved[0];
}

bool vector_frame_restore(const struct vector_area *v)
{
	vector_restore(&vector_clean);		/* components that the frame lacks */
	if (!v)
		return true;
	if ((u64)v & 15 || !user_ok(v, FXSAVE_SIZE, PROT_READ) || v->mxcsr & ~mxcsr_mask())
		return false;
	if (!extended(v)) {
		vector_restore_only(v, 0);
		return true;
	}
	u64 components = ((const struct software *)v->software)->components & vector_components;
	/* XRSTOR reads what the components say, whatever size the frame tells. */
	if (!header_ok(v) || !user_ok(v, vector_size_of(components), PROT_READ))
		return false;
	if (components)
		vector_restore_only(v, components);
	return true;
}
