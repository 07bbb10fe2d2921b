/* RLIMIT_CPU: SIGKILL at the hard limit, SIGXCPU at the soft one and each second from there. */
#include "kernel.h"
#include "limits.h"
#include "signal.h"
#include "sigtimer.h"

#define SECOND 1000000000UL

static struct sigtimer timers[2];	/* hard comes first, so that SIGKILL does where both are reached */

void cpu_limit_set(const struct rlimit *new)
{
	for (unsigned i = 0; i < array_len(timers); i++) {
		struct sigtimer *t = &timers[i];
		u64 seconds = i ? new->soft : new->hard;
		if (!t->signo)
			list_init(&t->link);
		t->signo = i ? SIGXCPU : SIGKILL;
		t->id = -1;
		t->clock = CLOCK_PROCESS_CPUTIME_ID;
		sigtimer_arm(t, seconds < FOREVER / SECOND ? seconds * SECOND : FOREVER, i * SECOND);
	}
}

/* As on Linux, each SIGXCPU moves the soft limit, which programs see. */
void cpu_limit_moved(void)
{
	const struct sigtimer *soft = &timers[1];

	if (soft->signo && soft->deadline != FOREVER)
		rlimits[RLIMIT_CPU].soft = soft->deadline / SECOND;
}
