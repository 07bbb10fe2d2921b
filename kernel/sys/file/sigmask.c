/* The signal mask of ppoll(2), pselect(2), epoll_pwait(2) while they wait. */
#include "file.h"
#include "signal.h"

extern typeof(signal_state) signal_state __attribute__((weak, noplt));
extern typeof(signal_set_mask) signal_set_mask __attribute__((weak, noplt));

int sigmask_enter(const u64 *mask, size_t size)
{
	if (!mask)
		return 0;
	if (size != 8)
		return -EINVAL;
	CHECK_READ(mask, 8);
	if (signal_set_mask) {
		struct signal_state *s = signal_state(current());
		s->restore_mask = s->blocked;
		s->restore = true;
		signal_set_mask(*mask);
	}
	return 0;
}

/* RESULT -EINTR: the signal is delivered under the mask, which then goes back. */
void sigmask_leave(const u64 *mask, long result)
{
	if (!mask || !signal_set_mask || result == -EINTR)
		return;
	struct signal_state *s = signal_state(current());
	s->restore = false;
	signal_set_mask(s->restore_mask);
}
