/* What poll(2) of /proc/sys/kernel/hostname and domainname waits for. */
#include "kernel.h"
#include "uts.h"

struct waitq uts_waiters[2] = { WAITQ_INIT(uts_waiters[0]), WAITQ_INIT(uts_waiters[1]) };
u64 uts_changes[2];

void uts_changed(unsigned field)
{
	uts_changes[field != UTS_HOSTNAME]++;
	wake_all(&uts_waiters[field != UTS_HOSTNAME]);
}
