/* What calls keep of the process for /proc (sys/system). */
#ifndef PROCESS_H
#define PROCESS_H

#include "types.h"

#define TIMERSLACK_DEFAULT	50000

extern u32 personality_now;	/* sys/system/kept.c */
extern u64 timer_slack;

#endif
