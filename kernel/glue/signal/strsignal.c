/* strsignal() with glibc's texts, and the names of signals. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include "pthread_impl.h"

static const char texts[] =
#define S(name, text) text "\0"
#include "signal_table.h"
#undef S
	;

static const char names[] =
#define S(name, text) #name "\0"
#include "signal_table.h"
#undef S
	;

/* Entry SIG, from 1 on, of LIST. */
static const char *entry(const char *list, int sig)
{
	if (sig < 1 || sig > 31)
		return 0;
	while (--sig)
		list += strlen(list) + 1;
	return list;
}

const char *sigdescr_np(int sig) { return entry(texts, sig); }
const char *sigabbrev_np(int sig) { return entry(names, sig); }

char *strsignal(int sig)
{
	char *other = __pthread_self()->unknown_signal;
	size_t size = sizeof __pthread_self()->unknown_signal;
	const char *s = entry(texts, sig);

	if (s)
		return (char *)s;
	if (sig >= SIGRTMIN && sig <= SIGRTMAX)
		snprintf(other, size, "Real-time signal %d", sig - SIGRTMIN);
	else
		snprintf(other, size, "Unknown signal %d", sig);
	return other;
}
