/* Memory, chance and the start of the program. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>
#include "host.h"

#define DIRECT_BASE 0x400000000000ul
#define PAGE 4096ul

static struct { unsigned long start, end; } maps[8192];
static unsigned map_count;

void host_memory(unsigned long p, unsigned long len, int fill)
{
	unsigned long start = p & -PAGE, end = (p + len + PAGE - 1) & -PAGE;

	if (map_count == 8192)
		host_fail("too many maps", 0);
	char *m = mmap((void *)(DIRECT_BASE + start), end - start, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	if (m == MAP_FAILED)
		host_fail("mmap", start);
	if (fill)
		memset(m, fill, end - start);
	maps[map_count].start = start;
	maps[map_count++].end = end;
}

static unsigned long watched, watched_end, written;
static void (*after_write)(unsigned long);

void host_watch(unsigned long p, unsigned long len, void (*after)(unsigned long))
{
	watched = p;
	watched_end = p + len;
	after_write = after;
	mprotect((void *)(DIRECT_BASE + p), len, PROT_READ);
}

void host_forget(void)
{
	watched_end = 0;
	while (map_count) {
		map_count--;
		munmap((void *)(DIRECT_BASE + maps[map_count].start), maps[map_count].end - maps[map_count].start);
	}
}

int host_is_memory(unsigned long p, unsigned long len)
{
	for (unsigned i = 0; i < map_count; i++)
		if (p >= maps[i].start && p < maps[i].end && len <= maps[i].end - p)
			return 1;
	return 0;
}

void *host_alloc(unsigned long size)
{
	void *p = mmap(NULL, (size + PAGE - 1) & -PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

unsigned host_random(unsigned below)
{
	return (unsigned)random() % below;
}

void host_print(const char *s)
{
	fprintf(stderr, "%s\n", s);
}

void host_fail(const char *what, long value)
{
	fprintf(stderr, "%s: %ld (0x%lx)\n", what, value, value);
	exit(1);
}

#define TRAP_FLAG 0x100

/* A write to watched memory is let through for one instruction. */
static void on_signal(int n, siginfo_t *info, void *context)
{
	greg_t *r = ((ucontext_t *)context)->uc_mcontext.gregs;
	unsigned long p = (unsigned long)info->si_addr - DIRECT_BASE;

	if (n == SIGSEGV && p >= watched && p < watched_end && r[REG_ERR] & 2) {
		mprotect((void *)(DIRECT_BASE + (p & -PAGE)), PAGE, PROT_READ | PROT_WRITE);
		written = p;
		r[REG_EFL] |= TRAP_FLAG;
		return;
	}
	if (n == SIGTRAP && written) {
		r[REG_EFL] &= ~TRAP_FLAG;
		after_write(written);
		mprotect((void *)(DIRECT_BASE + (written & -PAGE)), PAGE, PROT_READ);
		written = 0;
		return;
	}
	static const char text[] = "a fault, or no end\n";
	if (write(2, text, sizeof(text) - 1) < 0)
		_exit(4);
	_exit(3);
}

int main(int argc, char **argv)
{
	const char *part = argc > 1 ? argv[1] : "";
	int rounds = argc > 2 ? atoi(argv[2]) : 100;

	struct sigaction sa = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };
	sigaction(SIGSEGV, &sa, NULL);
	sigaction(SIGTRAP, &sa, NULL);
	sigaction(SIGALRM, &sa, NULL);
	alarm(300);
	srandom(1);
	if (!strcmp(part, "acpi"))
		test_acpi();
	else if (!strcmp(part, "acpi-damaged"))
		test_acpi_damaged(rounds);
	else if (!strcmp(part, "pci"))
		test_pci();
	else if (!strcmp(part, "pci-damaged"))
		test_pci_damaged(rounds);
	else
		host_fail("no such part", 0);
	puts("SUCCESS");
	return 0;
}
