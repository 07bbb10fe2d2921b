/* Attributes of threads that only glibc has: where they run, which signals they begin with; and signals with a value for one. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *error(int e)
{
	return e ? strerrorname_np(e) : "done";
}

static int got, value, code;

static void on_signal(int sig, siginfo_t *info, void *context)
{
	got = sig;
	value = info->si_value.sival_int;
	code = info->si_code;
}

static void show(const char *what)
{
	cpu_set_t set;
	sigset_t mask;

	sched_getaffinity(0, sizeof(set), &set);
	pthread_sigmask(SIG_BLOCK, NULL, &mask);
	printf("%s: processor 0 %d, only it %d; blocked: USR1 %d, USR2 %d, TERM %d\n", what, CPU_ISSET(0, &set) != 0, CPU_COUNT(&set) == 1,
	       sigismember(&mask, SIGUSR1), sigismember(&mask, SIGUSR2), sigismember(&mask, SIGTERM));
}

static void *thread(void *what)
{
	show(what);
	return NULL;
}

static void start(const pthread_attr_t *a, const char *what)
{
	pthread_t t;
	int err = pthread_create(&t, a, thread, (void *)what);

	if (err)
		printf("%s: %s\n", what, error(err));
	else
		pthread_join(t, NULL);
}

static void affinity(void)
{
	pthread_attr_t a;
	cpu_set_t one, far, set;
	char many[200];
	int err, inherit = -1;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	CPU_ZERO(&far);
	CPU_SET(900, &far);
	pthread_attr_init(&a);
	CPU_ZERO(&set);
	err = pthread_attr_getaffinity_np(&a, sizeof(set), &set);
	printf("%s, %d\n", error(err), CPU_COUNT(&set));
	printf("%s\n", error(pthread_attr_setaffinity_np(&a, sizeof(one), &one)));
	err = pthread_attr_getaffinity_np(&a, sizeof(set), &set);
	printf("%s, %d, %d\n", error(err), CPU_COUNT(&set), CPU_ISSET(0, &set) != 0);
	memset(many, 1, sizeof(many));
	err = pthread_attr_getaffinity_np(&a, sizeof(many), (cpu_set_t *)many);
	printf("%s, %d, %d\n", error(err), many[0], many[150]);
	printf("%s\n", error(pthread_attr_getaffinity_np(&a, 8, &set)));
	start(&a, "on one");
	pthread_attr_getinheritsched(&a, &inherit);
	printf("%d\n", inherit == PTHREAD_INHERIT_SCHED);
	pthread_attr_setinheritsched(&a, PTHREAD_EXPLICIT_SCHED);
	start(&a, "on one, with a policy");
	printf("%s\n", error(pthread_attr_setaffinity_np(&a, 0, NULL)));
	err = pthread_attr_getaffinity_np(&a, sizeof(set), &set);
	printf("%s, %d\n", error(err), CPU_COUNT(&set));
	start(&a, "with a policy");
	printf("%s\n", error(pthread_attr_setaffinity_np(&a, sizeof(far), &far)));
	start(&a, "on none");
	pthread_attr_destroy(&a);
}

static void mask(void)
{
	pthread_attr_t a;
	sigset_t m, now;
	int r;

	pthread_attr_init(&a);
	sigemptyset(&m);
	sigaddset(&m, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &m, NULL);
	start(&a, "as the maker");
	printf("%d\n", pthread_attr_getsigmask_np(&a, &now));
	sigemptyset(&m);
	sigaddset(&m, SIGUSR1);
	printf("%s\n", error(pthread_attr_setsigmask_np(&a, &m)));
	sigfillset(&now);
	r = pthread_attr_getsigmask_np(&a, &now);
	printf("%d, %d %d\n", r, sigismember(&now, SIGUSR1), sigismember(&now, SIGTERM));
	start(&a, "its own");
	show("the maker");
	printf("%s\n", error(pthread_attr_setsigmask_np(&a, NULL)));
	printf("%d\n", pthread_attr_getsigmask_np(&a, &now));
	start(&a, "as the maker again");
}

static void queue(void)
{
	struct sigaction sa = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };

	sigaction(SIGUSR2, &sa, NULL);
	printf("%s", error(pthread_sigqueue(pthread_self(), SIGUSR2, (union sigval){ 42 })));
	printf(": USR2 %d, %d, from a queue %d\n", got == SIGUSR2, value, code == SI_QUEUE);
	printf("%s\n", error(pthread_sigqueue(pthread_self(), 0, (union sigval){ 1 })));
	printf("%s\n", error(pthread_sigqueue(pthread_self(), 32, (union sigval){ 1 })));
	printf("%s\n", error(pthread_sigqueue(pthread_self(), 33, (union sigval){ 1 })));
	printf("%s\n", error(pthread_sigqueue(pthread_self(), 65, (union sigval){ 1 })));
}

int main(void)
{
	affinity();
	mask();
	queue();
	return 0;
}
