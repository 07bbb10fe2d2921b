/* Signals under glibc's internal names. */
#include "../alias.h"

ALIAS(__sigaction, sigaction)
ALIAS(__libc_sigaction, sigaction)
ALIAS(__sigaddset, sigaddset)
ALIAS(__sigdelset, sigdelset)
ALIAS(__sigismember, sigismember)
ALIAS(__sigsuspend, sigsuspend)
ALIAS(__sigtimedwait, sigtimedwait)
ALIAS(ssignal, signal)
ALIAS(gsignal, raise)
ALIAS(__xpg_sigpause, __musl_sigpause)
ALIAS(__sigpause, __uk_sigpause)
