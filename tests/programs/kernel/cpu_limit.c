// RLIMIT_CPU: SIGXCPU at the soft limit, which each moves on by a second, and SIGKILL at the hard one.
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static volatile sig_atomic_t sent, code;

static void reached(int signo, siginfo_t *info, void *context)
{
	(void)signo, (void)context;
	code = info->si_code;
	sent++;
}

static void show(void)
{
	struct rlimit r;
	char line[100];
	FILE *f = fopen("/proc/self/limits", "r");

	getrlimit(RLIMIT_CPU, &r);
	printf("sent %d code %d: %ld %ld\n", sent, code, (long)r.rlim_cur, (long)r.rlim_max);
	while (fgets(line, sizeof(line), f))
		if (!strncmp(line, "Max cpu", 7))
			fputs(line, stdout);
	fclose(f);
}

static void limit(rlim_t soft, rlim_t hard)
{
	printf("set %d\n", setrlimit(RLIMIT_CPU, &(struct rlimit){ soft, hard }));
}

int main(void)
{
	struct sigaction a = { .sa_sigaction = reached, .sa_flags = SA_SIGINFO };

	sigaction(SIGXCPU, &a, NULL);
	limit(RLIM_INFINITY, RLIM_INFINITY);
	limit(~0UL / 1000, ~0UL / 2);
	show();
	limit(0, 600);
	while (!sent)
		;
	show();
	limit(400, 500);
	show();
	limit(500, 400);
	fflush(stdout);
	limit(0, 0);	// SIGKILL, and no SIGXCPU before
	for (;;)
		if (sent > 1)
			_exit(1);
}
