/* adjtimex(2), clock_adjtime(2): reads only. Nobody steers this clock. */
#include "clock.h"
#include "kernel.h"
#include "sigtimer.h"

struct timex {
	u32 modes, pad;
	s64 offset, freq, maxerror, esterror;
	int status, pad2;
	s64 constant, precision, tolerance;
	struct timeval time;
	s64 tick, rest[8];
	int tai, pad3[11];
};
_Static_assert(sizeof(struct timex) == 208, "struct timex of x86-64 Linux");

#define ADJ_OFFSET_SS_READ	0xa001
#define STA_UNSYNC		0x40
#define TIME_ERROR		5

/* What Linux says before anybody has set anything (kernel/time/ntp.c). */
static long adjust(struct timex *t)
{
	CHECK_WRITE(t, sizeof(*t));
	if (t->modes && t->modes != ADJ_OFFSET_SS_READ)
		return -EPERM;
	ns_t now = now_realtime();
	*t = (struct timex){
		.modes = t->modes, .maxerror = 16000000, .esterror = 16000000, .status = STA_UNSYNC, .constant = 2,
		.precision = 1, .tolerance = 32768000, .tick = 10000,
		.time = { now / 1000000000, now % 1000000000 / 1000 },
	};
	return TIME_ERROR;
}

long sys_adjtimex(struct timex *t)
{
	KERNEL_LOCK();
	return adjust(t);
}
SYSCALL(159, adjtimex, PARTIAL("only tells: nobody steers this clock"));

long sys_clock_adjtime(int clock, struct timex *t)
{
	ns_t unused;

	KERNEL_LOCK();
	CHECK_READ(t, sizeof(*t));
	if (clock == CLOCK_REALTIME)
		return adjust(t);
	if (clock < 0)
		return CLOCK_IS_FILE(clock) ? -EINVAL : -EOPNOTSUPP;
	return clock_read(clock, &unused) ? -EINVAL : -EOPNOTSUPP;
}
SYSCALL(305, clock_adjtime, PARTIAL("only tells: nobody steers this clock"));
