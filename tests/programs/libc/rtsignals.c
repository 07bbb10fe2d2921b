/* Which real-time signals are the program's, from SIGRTMIN on, and what they are called. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t came[65];
static void note(int sig, siginfo_t *info, void *context) { came[sig] += info->si_value.sival_int; }

static void sets(void)
{
	sigset_t s, old;

	sigfillset(&s);
	for (int i = 30; i <= 66; i++)
		printf("%d%d%d%d ", i, sigismember(&s, i), sigdelset(&s, i), sigaddset(&s, i));
	printf("\n");
	pthread_sigmask(SIG_BLOCK, &s, &old);
	pthread_sigmask(SIG_SETMASK, &old, &s);
	for (int i = 1; i <= 64; i++)
		printf("%d", sigismember(&s, i));
	memset(&s, 0xff, sizeof s);
	sigprocmask(SIG_BLOCK, &s, NULL);
	sigprocmask(SIG_SETMASK, &old, &s);
	printf(" ");
	for (int i = 1; i <= 64; i++)
		printf("%d", sigismember(&s, i));
	printf(" empty %d\n", sigisemptyset(&old));
}

static void *thread(void *arg)
{
	sigset_t s;
	siginfo_t info;

	sigemptyset(&s), sigaddset(&s, 34), sigaddset(&s, 35);
	printf("waited for %d", sigwaitinfo(&s, &info));
	printf(" value %d\n", info.si_value.sival_int);
	return arg;
}

int main(void)
{
	struct sigaction sa = { .sa_sigaction = note, .sa_flags = SA_SIGINFO };
	sigset_t s;
	pthread_t t;

	printf("%d to %d\n", SIGRTMIN, SIGRTMAX);
	sets();
	for (int i = 31; i <= 65; i++) {
		int r = sigaction(i, &sa, NULL);
		printf("%d %d %s; ", i, r, r ? strerrorname_np(errno) : "");
	}
	printf("\n");
	for (int i = 34; i <= 64; i++)
		sigqueue(getpid(), i, (union sigval){ .sival_int = i });
	for (int i = 31; i <= 64; i++)
		printf("%d ", came[i]);
	printf("\n");
	for (int i = -1; i <= 66; i++)
		printf("%d %s; ", i, strsignal(i));
	printf("\n");
	sigemptyset(&s), sigaddset(&s, 34), sigaddset(&s, 35);
	pthread_sigmask(SIG_BLOCK, &s, NULL);
	pthread_create(&t, NULL, thread, NULL);
	sigqueue(getpid(), 34, (union sigval){ .sival_int = 7 });
	pthread_join(t, NULL);
	kill(getpid(), SIGRTMIN);
	sigpending(&s);
	printf("pending %d %d\n", sigismember(&s, 34), sigismember(&s, 35));
	printf("kill %d %d\n", kill(getpid(), 65), errno);
	printf("raise %d %d\n", raise(-1), errno);
	siginterrupt(34, 1);
	sigaction(34, NULL, &sa);
	printf("restart %d\n", !!(sa.sa_flags & SA_RESTART));
	return 0;
}
