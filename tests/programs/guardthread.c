/* A thread's stack has a guard page too; the fault is handled on an alternate
   stack, and names an address near that stack. */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static char *bottom;
static size_t size;
static sigjmp_buf back;
static volatile int near;

static void handler(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	near = (char *)info->si_addr < bottom + 65536 && (char *)info->si_addr >= bottom - 65536;
	siglongjmp(back, 1);
}

static int __attribute__((noinline)) down(volatile char *above)
{
	volatile char here[256];

	here[0] = above[0] + 1;
	return down(here) + here[0];
}

static void *work(void *arg)
{
	static char alt[65536];
	stack_t ss = { .ss_sp = alt, .ss_size = sizeof alt };
	struct sigaction sa = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	pthread_attr_t attr;
	void *base;
	volatile char top[1] = { 0 };

	pthread_getattr_np(pthread_self(), &attr);
	pthread_attr_getstack(&attr, &base, &size);
	bottom = base;
	sigaltstack(&ss, NULL);
	sigaction(SIGSEGV, &sa, NULL);
	if (sigsetjmp(back, 1) == 0)
		down(top);
	printf("fault at the stack's end: %d\n", near);
	return arg;
}

int main(void)
{
	pthread_t t;
	pthread_attr_t attr;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 256 << 10);
	if (pthread_create(&t, &attr, work, NULL))
		return 1;
	pthread_join(t, NULL);
	printf("stack is large enough: %d\n", size >= 256 << 10);
	return 0;
}
