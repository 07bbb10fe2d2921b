#include <signal.h>
#include "syscall.h"

/* As glibc's: a handler that ran ends the wait, and what raise() sent looks as if kill() had. */
int sigtimedwait(const sigset_t *restrict mask, siginfo_t *restrict si, const struct timespec *restrict timeout)
{
	int sig = syscall_cp(SYS_rt_sigtimedwait, mask, si, timeout, _NSIG/8);

	if (sig > 0 && si && si->si_code == SI_TKILL)
		si->si_code = SI_USER;
	return sig;
}
