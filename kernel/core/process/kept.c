/* What is asked for by calls, kept and told again: here so that /proc does not need the calls. */
#include "driver.h"
#include "process.h"

#define ADDR_NO_RANDOMIZE	0x0040000

u32 personality_changed;
u64 timer_slack = TIMERSLACK_DEFAULT;

/* A program whose addresses are not random (core/mm/aslr.c) begins as setarch -R would start it: some start themselves anew
 * otherwise. */
u32 personality_now(void)
{
	const char *given = cmdline_get(CMD_ASLR, 0);

	return personality_changed ^ (given && *given == 'o' ? ADDR_NO_RANDOMIZE : 0);
}
