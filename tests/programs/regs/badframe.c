// A handler leaves a signal frame that no processor would load registers from: SIGSEGV, which can be caught. Frames
// that are merely cut, or that ask for less, are taken.
#define _GNU_SOURCE
#include <cpuid.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

static sigjmp_buf back;
static volatile int test, caught;
static int xsave;

enum { NOTHING, NULL_STATE, CUT, NO_MAGIC2, MXCSR, CUT_MXCSR, COMPONENTS, COMPACT, HEADER, UNALIGNED, UNMAPPED, TESTS };
static const char *const names[] = { "nothing", "no state", "no magic", "no second magic", "MXCSR", "MXCSR without magic",
	"unknown components", "compacted form", "reserved bytes", "unaligned", "unmapped" };

static void change(int sig, siginfo_t *info, void *context)
{
	static uint8_t copy[12000] __attribute__((aligned(64)));
	ucontext_t *uc = context;
	uint8_t *fp = (uint8_t *)uc->uc_mcontext.fpregs;
	uint32_t *magic = (uint32_t *)(fp + 464);
	uint64_t *header = (uint64_t *)(fp + 512);

	(void)sig, (void)info;
	*(uint32_t *)(fp + 24) = 0x3f80;		// round downwards
	switch (test) {
	case NULL_STATE: uc->uc_mcontext.fpregs = NULL; break;
	case CUT: *magic = 0; break;
	case NO_MAGIC2:
		if (xsave)
			*(uint32_t *)(fp + magic[4]) = 0;
		break;
	case CUT_MXCSR: *magic = 0; /* fall through */
	case MXCSR: *(uint32_t *)(fp + 24) = 0x80001f80; break;
	case COMPONENTS: header[0] |= 1ul << 61; break;
	case COMPACT: header[1] = 1ul << 62; break;
	case HEADER: header[2] = 1; break;
	case UNALIGNED:
		memcpy(copy + 8, fp, 4096);
		uc->uc_mcontext.fpregs = (void *)(copy + 8);
		break;
	case UNMAPPED: uc->uc_mcontext.fpregs = (void *)0x1000; break;
	}
}

static void segv(int sig, siginfo_t *info, void *context)
{
	(void)context;
	caught = sig;
	if (info->si_code <= 0)
		printf("si_code %d\n", info->si_code);
	siglongjmp(back, 1);
}

int main(void)
{
	struct sigaction a = { .sa_sigaction = change, .sa_flags = SA_SIGINFO };
	struct sigaction s = { .sa_sigaction = segv, .sa_flags = SA_SIGINFO };
	unsigned eax, ebx, ecx, edx, mxcsr;

	__cpuid(1, eax, ebx, ecx, edx);
	xsave = ecx >> 27 & 1;
	sigaction(SIGUSR1, &a, NULL);
	sigaction(SIGSEGV, &s, NULL);
	for (test = 0; test < TESTS; test++) {
		if (!xsave && test >= COMPONENTS && test <= HEADER)
			continue;
		caught = 0;
		if (!sigsetjmp(back, 1))
			raise(SIGUSR1);
		__asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
		if (caught)
			printf("%s: signal %d\n", names[test], caught);
		else
			printf("%s: MXCSR %x\n", names[test], mxcsr);
		__asm__ volatile("fninit; ldmxcsr %0" :: "m"((unsigned){ 0x1f80 }));
	}
	return 0;
}
