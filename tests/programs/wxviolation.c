/* Constants cannot be written and data cannot be run: both SIGSEGV. */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static sigjmp_buf back;
static const char constant[4096] = "constant";
static unsigned char data[16] = { 0xc3 };

static void handler(int sig, siginfo_t *info, void *context)
{
	(void)context;
	printf("signal %d code %d\n", sig, info->si_code);
	siglongjmp(back, 1);
}

int main(void)
{
	struct sigaction sa = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };

	sigaction(SIGSEGV, &sa, NULL);
	if (sigsetjmp(back, 1) == 0) {
		*(volatile char *)constant = 'C';
		puts("constant written");
	}
	if (sigsetjmp(back, 1) == 0) {
		*(volatile unsigned char *)main = 0xc3;
		puts("text written");
	}
	if (sigsetjmp(back, 1) == 0) {
		((void (*)(void))(void *)data)();
		puts("data run");
	}
	puts(constant);
	return 0;
}
