#include <errno.h>
#include <signal.h>

int sigwait(const sigset_t *restrict mask, int *restrict sig)
{
	siginfo_t si;

	while (sigtimedwait(mask, &si, 0) < 0)
		if (errno != EINTR)
			return errno;
	*sig = si.si_signo;
	return 0;
}
