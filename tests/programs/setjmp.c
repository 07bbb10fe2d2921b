/* setjmp and longjmp out of nested calls, with and without the signal mask;
   makecontext and swapcontext. */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static jmp_buf env;

static void __attribute__((noinline)) dive(int n, int v)
{
	volatile char pad[100];

	pad[0] = n;
	if (n == 0)
		longjmp(env, v);
	dive(n - 1, v);
	pad[1] = n;
}

int main(void)
{
	volatile int rounds = 0;
	volatile double kept = 2.5;
	sigjmp_buf senv;
	sigset_t set, now;
	int r;

	r = setjmp(env);
	printf("setjmp gives %d, kept %.1f\n", r, kept);
	if (rounds < 3) {
		rounds++;
		kept += 1;
		dive(10 * rounds, rounds == 3 ? 0 : rounds * 11);
	}
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	if (sigsetjmp(senv, 1) == 0) {
		sigprocmask(SIG_BLOCK, &set, NULL);
		siglongjmp(senv, 5);
	}
	sigprocmask(SIG_BLOCK, NULL, &now);
	printf("mask restored %d\n", !sigismember(&now, SIGUSR1));
	if (sigsetjmp(senv, 0) == 0) {
		sigprocmask(SIG_BLOCK, &set, NULL);
		siglongjmp(senv, 5);
	}
	sigprocmask(SIG_BLOCK, NULL, &now);
	printf("mask kept %d\n", sigismember(&now, SIGUSR1));
	return 0;
}
