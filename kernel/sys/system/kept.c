/* What is asked for by calls, kept and told again: here so that /proc does not need the calls. */
#include "process.h"

u32 personality_now;
u64 timer_slack = TIMERSLACK_DEFAULT;
