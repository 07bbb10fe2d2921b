/*
 * A system call is one step of a program that steps through itself (RFLAGS.TF), also where it is a jump (jumps.c); linked in by
 * raw_steps. Behind raw_jump's PUSHFQ the program's flags are saved, and the kernel goes on without TF. What is left of
 * the way there is passed over, as long as to go on in the program would lead here again.
 */
#include "kernel.h"
#include "offsets.h"
#include "x86.h"

const char raw_steps[1];

extern char raw_jump[];
OPTIONAL u64 raw_place(u64 rip) { return rip; }	/* jumps.c */

bool raw_step(struct regs *r)
{
	u64 at = raw_place(r->rip), entered = r->rip - (u64)raw_jump;

	if (r->vector != 1)
		return false;
	if (entered == RAW_JUMP_SAVED)
		r->rflags &= ~(u64)RFLAGS_TF;
	return entered <= RAW_JUMP_SAVED || (at != r->rip && (*(u8 *)at | 2) == 0xeb);
}
