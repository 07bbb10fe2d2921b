/* Time-outs of ppoll(2) and its like: relative in, what is left out. */
#include "file.h"

#define SECOND 1000000000UL

int deadline_get(const struct timespec *t, ns_t *deadline)
{
	*deadline = FOREVER;
	if (!t)
		return 0;
	CHECK_READ(t, sizeof(*t));
	struct timespec v = *t;
	if (v.tv_sec < 0 || (u64)v.tv_nsec >= SECOND)
		return -EINVAL;
	*deadline = v.tv_sec || v.tv_nsec ? now_monotonic() + min((u64)v.tv_sec, 9000000000UL) * SECOND + v.tv_nsec : 0;
	return 0;
}

void deadline_put(struct timespec *t, ns_t deadline)
{
	ns_t now = now_monotonic(), left = deadline > now ? deadline - now : 0;

	if (t && user_ok(t, sizeof(*t), PROT_WRITE))	/* Linux too: a constant stays as it is */
		*t = (struct timespec){ left / SECOND, left % SECOND };
}
