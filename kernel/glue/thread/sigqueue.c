/* A signal with a value, for one thread. */
#include <errno.h>
#include <signal.h>
#include <unistd.h>
#include "lock.h"
#include "pthread_impl.h"
#include "syscall.h"

int pthread_sigqueue(pthread_t t, int sig, const union sigval value)
{
	siginfo_t info = { .si_signo = sig, .si_code = SI_QUEUE, .si_pid = getpid(), .si_uid = getuid(), .si_value = value };
	sigset_t set;

	if (sig == 32 || sig == 33)	/* glibc's own */
		return EINVAL;
	__block_all_sigs(&set);		/* as pthread_kill() */
	LOCK(t->killlock);
	int r = t->tid ? -__syscall(SYS_rt_tgsigqueueinfo, info.si_pid, t->tid, sig, &info) : ESRCH;
	UNLOCK(t->killlock);
	__restore_sigs(&set);
	return r;
}
