/* The start of the program disk, and what it needs of the host. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <asm/prctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DIRECT_BASE 0x400000000000ul

void test_limits(void), test_random(void);

void *host_arena(unsigned long size)
{
	void *p = mmap((void *)(DIRECT_BASE + 0x100000), size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void host_gs(void *p)
{
	syscall(SYS_arch_prctl, ARCH_SET_GS, p);
}

unsigned host_random(unsigned below)
{
	return (unsigned)random() % below;
}

_Noreturn void host_fail(const char *what, long value)
{
	fprintf(stderr, "%s: %ld (0x%lx)\n", what, value, value);
	exit(1);
}

int main(int argc, char **argv)
{
	alarm(300);
	srandom(1);
	if (argc > 1 && !strcmp(argv[1], "limits"))
		test_limits();
	else
		test_random();
	puts("SUCCESS");
	return 0;
}
