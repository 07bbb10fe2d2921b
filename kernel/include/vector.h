/* Vector state: x87, MMX, SSE, AVX and AVX-512 registers, in the layout of XSAVE's standard form, or of FXSAVE
 * where there is no XSAVE (Intel SDM vol. 1, 13.4 and 10.5.1). Every save area has vector_size bytes and
 * begins at a multiple of VECTOR_ALIGN. */
#ifndef VECTOR_H
#define VECTOR_H

#include "kernel.h"

#define VECTOR_ALIGN	64
#define FXSAVE_SIZE	512
#define XSAVE_HEADER	64

struct vector_area {
	u16 control, status;		/* x87 */
	u32 tags_opcode;
	u64 instruction, operand;
	u32 mxcsr, mxcsr_mask;
	u8 registers[432];
	u32 software[12];		/* never touched by the CPU */
	u64 xstate_bv, xcomp_bv, reserved[6];	/* header, XSAVE only */
};
_Static_assert(sizeof(struct vector_area) == FXSAVE_SIZE + XSAVE_HEADER, "XSAVE area");

#define MXCSR_INIT	0x1f80
#define MXCSR_MASK_OLD	0xffbf		/* of CPUs that tell none: all but DAZ (SDM vol. 1, 11.6.6) */

/* arch/x86_64/vector_layout.c: arithmetic alone, with nothing but CPUID to go by; host tests run it. */
u64 vector_components_of(u64 xcr0);
u32 vector_size_of(u64 components);

/* arch/x86_64/vector.c */
extern u32 vector_size;
extern u64 vector_components;		/* 0: no XSAVE */
extern struct vector_area vector_clean;	/* the state that a program or a handler starts with */
void vector_restore_only(const void *area, u64 components);	/* 0: what FXSAVE saves */

/* arch/x86_64/vector_frame.c: the state in a signal frame, where the program can get at it. */
u32 vector_frame_size(void);
void vector_frame_save(struct vector_area *v);		/* and leaves a clean one */
bool vector_frame_restore(const struct vector_area *v);	/* false: no state that the CPU would take */

/* With make DEBUG=1 each thread's area has a canary behind it, which every switch looks at. */
#ifdef KERNEL_DEBUG
#define CANARY_SIZE 64
#else
#define CANARY_SIZE 0
#endif
#define CANARY 0xc5

static inline void vector_check(const u8 *area)
{
	for (int i = 0; i < CANARY_SIZE; i++)
		if (area[vector_size + i] != CANARY)
			panic("a vector save area of %u bytes was overrun", vector_size);
}

#endif
