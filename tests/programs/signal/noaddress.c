/* Addresses that the processor knows none of (bits 48 to 63 differ from bit 47): which signal, by way of the stack pointer, of a
 * frame that a handler leaves, and of data; each on the alternate stack. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ucontext.h>

#define NONE	0x8000000000000000L

static sigjmp_buf back;
static int kind;

static void fault(int sig, siginfo_t *info, void *u)
{
	(void)u;
	printf("  signal %d, code %d, address %p\n", sig, info->si_code, info->si_addr);
	siglongjmp(back, 1);
}

static void leave(int sig, siginfo_t *info, void *u)
{
	greg_t *r = ((ucontext_t *)u)->uc_mcontext.gregs;

	(void)sig, (void)info;
	if (kind == 3)
		r[REG_RSP] = NONE;
	else
		r[REG_RIP] = NONE;
}

static void provoke(void)
{
	switch (kind) {
	case 0: __asm__ volatile("mov %0, %%rsp; push %%rax" :: "r"(NONE)); break;
	case 1: __asm__ volatile("mov %0, %%rbp; mov (%%rbp), %%rax" :: "r"(NONE) : "rax"); break;
	case 2: __asm__ volatile("mov (%0), %%rax" :: "r"(NONE) : "rax"); break;
	default: raise(SIGUSR1);
	}
}

int main(void)
{
	static char alternate[1 << 16];
	static const char *const names[] = { "push", "frame pointer", "data", "stack after a handler", "code after a handler" };
	stack_t st = { .ss_sp = alternate, .ss_size = sizeof(alternate) };
	struct sigaction a = { .sa_sigaction = fault, .sa_flags = SA_SIGINFO | SA_ONSTACK };

	sigaltstack(&st, NULL);
	sigaction(SIGSEGV, &a, NULL);
	sigaction(SIGBUS, &a, NULL);
	a.sa_flags = SA_SIGINFO;
	a.sa_sigaction = leave;
	sigaction(SIGUSR1, &a, NULL);
	for (kind = 0; kind < 5; kind++) {
		puts(names[kind]);
		if (!sigsetjmp(back, 1))
			provoke();
	}
	return 0;
}
