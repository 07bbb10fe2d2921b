/* Signals as old BSD and System V programs handle them. */
#include <errno.h>
#include <signal.h>
#include "../glue.h"

int __musl_sigpause(int);	/* X/Open's: of one signal */

static int of(const sigset_t *s) { return (int)s->__bits[0]; }

int sigblock(int mask)
{
	sigset_t set = { { (unsigned)mask } }, old;

	sigprocmask(SIG_BLOCK, &set, &old);
	return of(&old);
}

int sigsetmask(int mask)
{
	sigset_t set = { { (unsigned)mask } }, old;

	sigprocmask(SIG_SETMASK, &set, &old);
	return of(&old);
}

int siggetmask(void) { return sigblock(0); }

/* A mask, or one signal to let through. */
int __uk_sigpause(int mask_or_signal, int is_signal)
{
	sigset_t set = { { (unsigned)mask_or_signal } };

	return is_signal ? __musl_sigpause(mask_or_signal) : sigsuspend(&set);
}

/* BSD's, of a mask. The headers' macro for X/Open's is __xpg_sigpause(). */
int sigpause(int mask) { return __uk_sigpause(mask, 0); }

/* One shot, and not blocked meanwhile. */
void (*sysv_signal(int sig, void (*handler)(int)))(int)
{
	struct sigaction sa = { .sa_handler = handler, .sa_flags = SA_RESETHAND | SA_NODEFER }, old;

	return sigaction(sig, &sa, &old) ? SIG_ERR : old.sa_handler;
}

/* What signal() is in programs that ask for strict standards. */
weak_alias(sysv_signal, __sysv_signal);
