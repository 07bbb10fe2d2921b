/* A handler on an alternate stack, nested state, and its size check. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *alt;
static size_t size;

static void handler(int sig)
{
	char here;
	stack_t now;

	(void)sig;
	sigaltstack(NULL, &now);
	printf("on the alternate stack %d, flag %d\n", &here >= alt && &here < alt + size, (now.ss_flags & SS_ONSTACK) != 0);
	printf("change while in use: %d", sigaltstack(&(stack_t){ .ss_flags = SS_DISABLE }, NULL));
	printf(" %s\n", strerror(errno));
}

static void overflow(int sig)
{
	(void)sig;
	write(1, "stack overflow handled\n", 23);
	_exit(9);
}

static int __attribute__((noinline)) down(volatile char *above)
{
	volatile char here[512];

	here[0] = above[0] + 1;
	return down(here) + here[0];
}

int main(void)
{
	struct sigaction sa = { .sa_handler = handler, .sa_flags = SA_ONSTACK };
	volatile char top[1] = { 0 };

	size = 64 << 10;
	alt = malloc(size);
	stack_t ss = { .ss_sp = alt, .ss_size = size };
	printf("set %d\n", sigaltstack(&ss, NULL));
	sigaction(SIGUSR1, &sa, NULL);
	raise(SIGUSR1);
	sa.sa_flags = 0;
	sigaction(SIGUSR1, &sa, NULL);
	raise(SIGUSR1);
	ss.ss_size = 100;
	printf("too small %d", sigaltstack(&ss, NULL));
	printf(" %s\n", strerror(errno));
	fflush(stdout);
	sa.sa_handler = overflow;
	sa.sa_flags = SA_ONSTACK;
	sigaction(SIGSEGV, &sa, NULL);
	return down(top);
}
