/* raise, kill, masks, pending signals, SA_RESETHAND, SA_NODEFER, sigwait, sigsuspend. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile int count, depth, deepest;

static void handler(int sig)
{
	count++;
	if (++depth > deepest)
		deepest = depth;
	if (count == 1)
		raise(sig);
	depth--;
}

static void queued(int sig, siginfo_t *info, void *context)
{
	(void)context;
	printf("queued %d value %d from us %d\n", sig - SIGRTMIN, info->si_value.sival_int, info->si_pid == getpid());
}

int main(void)
{
	struct sigaction sa = { .sa_handler = handler }, old;
	sigset_t set, pending;
	int sig;

	sigaction(SIGUSR1, &sa, NULL);
	raise(SIGUSR1);
	printf("count %d deepest %d\n", count, deepest);
	count = deepest = 0;
	sa.sa_flags = SA_NODEFER;
	sigaction(SIGUSR1, &sa, &old);
	printf("old flags %d\n", old.sa_flags & (SA_NODEFER | SA_RESETHAND));
	kill(getpid(), SIGUSR1);
	printf("count %d deepest %d\n", count, deepest);

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sa.sa_flags = SA_RESETHAND;
	count = 1;
	sigaction(SIGUSR2, &sa, NULL);
	raise(SIGUSR2);
	raise(SIGUSR2);
	sigpending(&pending);
	printf("held back: count %d pending %d\n", count, sigismember(&pending, SIGUSR2));
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	sigaction(SIGUSR2, NULL, &old);
	printf("count %d reset %d\n", count, old.sa_handler == SIG_DFL);

	sigprocmask(SIG_BLOCK, &set, NULL);
	kill(getpid(), SIGUSR2);
	printf("sigwait %d", sigwait(&set, &sig));
	printf(" %d\n", sig == SIGUSR2);
	struct timespec soon = { 0, 5000000 };
	printf("sigtimedwait %d", sigtimedwait(&set, NULL, &soon));
	printf(" %s\n", strerror(errno));

	struct sigaction rt = { .sa_sigaction = queued, .sa_flags = SA_SIGINFO };
	sigaction(SIGRTMIN + 2, &rt, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN + 2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (int i = 0; i < 3; i++)
		sigqueue(getpid(), SIGRTMIN + 2, (union sigval){ .sival_int = 100 + i });
	sigprocmask(SIG_UNBLOCK, &set, NULL);

	signal(SIGINT, SIG_IGN);
	raise(SIGINT);
	puts("ignored");
	printf("bad signal %d", sigaction(SIGKILL, &sa, NULL));
	printf(" %s\n", strerror(errno));
	sigemptyset(&set);
	alarm(0);
	signal(SIGALRM, handler);
	ualarm(5000, 0);
	printf("sigsuspend %d", sigsuspend(&set));
	printf(" %s\n", strerror(errno));
	puts(strsignal(SIGSEGV));
	fflush(stdout);
	raise(SIGTERM);
	puts("not reached");
	return 0;
}
