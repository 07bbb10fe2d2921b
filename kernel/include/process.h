/* What calls keep of the process, for /proc too. */
#ifndef PROCESS_H
#define PROCESS_H

#include "types.h"

#define TIMERSLACK_DEFAULT	50000

#define PROCESS_ID	1	/* there is no other */

/* core/process/kept.c */
extern u32 personality_changed;	/* the bits that are not as they were at boot */
u32 personality_now(void);
extern u64 timer_slack;

#endif
