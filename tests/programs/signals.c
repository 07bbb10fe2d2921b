/* SIGSEGV handlers see the address, code and registers, and may go on. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

static sigjmp_buf back;
static char *page;

static void segv(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	printf("signal %d code %d address %#lx rip %d\n", sig, info->si_code, (long)info->si_addr, uc->uc_mcontext.gregs[REG_RIP] != 0);
	siglongjmp(back, 1);
}

static void grant(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	printf("granting offset %ld\n", (long)((char *)info->si_addr - page));
	mprotect(page, 4096, PROT_READ | PROT_WRITE);
}

static void skip(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	printf("signal %d code %d\n", sig, info->si_code);
	uc->uc_mcontext.gregs[REG_RIP] += 2;
	uc->uc_mcontext.gregs[REG_RAX] = 1234;
}

int main(void)
{
	struct sigaction sa = { .sa_sigaction = segv, .sa_flags = SA_SIGINFO };

	sigaction(SIGSEGV, &sa, NULL);
	for (volatile int i = 0; i < 3; i++)
		if (sigsetjmp(back, 1) == 0)
			*(volatile int *)(uintptr_t)(0x10 + i) = 1;

	page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	sa.sa_sigaction = grant;
	sigaction(SIGSEGV, &sa, NULL);
	page[123] = 'x';
	printf("written %c\n", page[123]);

	sa.sa_sigaction = skip;
	sigaction(SIGILL, &sa, NULL);
	long rax;
	__asm__ volatile("ud2" : "=a"(rax) : : "memory");
	printf("went on, rax %ld\n", rax);
	double d = 1.5;
	volatile double keep = d * 2;
	__asm__ volatile("ud2" : "=a"(rax) : : "memory");
	printf("floating point kept %.2f\n", keep + d);
	return 0;
}
