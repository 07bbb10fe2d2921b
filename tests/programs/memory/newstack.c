/*
 * Calls of the C library from places in a new stack such that each word that a call and what it leads to push is, once, the first
 * on a page that nobody has touched. All pages that the program has then are its own, and apart. Then from a stack of which
 * little is left.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { P = 4096, STACK = 32 * P, MOST = 16, DEEPEST = 900 };

static char *area, *top;	/* what lies below TOP was never touched */
static int fds[2], pages;

static void make(void) { pipe(fds); }
static void put(void) { write(fds[1], "0123456789abcdef", 16); }
static void drop(void) { close(fds[0]), close(fds[1]); }
static void map(void) { area = mmap(0, pages * P, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0); }
static void unmap(void) { munmap(area, pages * P); }

void on_stack(char *at, void (*f)(void));
__asm__("on_stack: push %rbp; mov %rsp, %rbp; mov %rdi, %rsp; call *%rsi; mov %rbp, %rsp; pop %rbp; ret");

static void on_new(unsigned above, void (*f)(void))
{
	madvise(top - STACK, 2 * STACK, MADV_DONTNEED);
	*top = 1;
	on_stack(top + above, f);
}

static int mixed(void)
{
	long *page[MOST + 4];
	int n = 0, bad = 0;

	for (int i = 0; i < pages; i++)
		page[n++] = (long *)(area + i * P);
	for (int i = 1; i <= 4; i++)
		page[n++] = (long *)(top - i * P);
	for (int i = 0; i < n; i++)
		for (int k = 0; k < P / 8; k++)
			page[i][k] = (long)&page[i][k];
	for (int i = 0; i < n; i++)
		for (int k = 0; k < P / 8; k++)
			bad += page[i][k] != (long)&page[i][k];
	return bad;
}

static int round_of_calls(unsigned above)
{
	char got[17] = "";
	int bad = 0;

	on_new(above, map), bad += mixed();
	on_new(above, make), bad += mixed();
	on_new(above, put), bad += mixed();
	read(fds[0], got, 16);
	bad += strcmp(got, "0123456789abcdef") != 0;
	on_new(above, drop), bad += mixed();
	on_new(above, unmap);
	return bad;
}

/* As much as a call needs, and less than a page, above one that nobody may touch. */
static int on_little(void)
{
	char *little = mmap(0, 2 * P, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), got[17] = "";

	mprotect(little, P, PROT_NONE);
	on_stack(little + P + 2048, make);
	on_stack(little + P + 2048, put);
	read(fds[0], got, 16);
	on_stack(little + P + 2048, drop);
	return strcmp(got, "0123456789abcdef");
}

int main(void)
{
	char *stack = mmap(0, 3 * STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	int bad = 0;

	top = (char *)(((uintptr_t)stack + 2 * STACK) & -(uintptr_t)STACK);
	for (pages = 1; pages <= MOST && !bad; pages += 3) {
		for (unsigned above = 64; above < DEEPEST && !bad; above += 8)
			bad = round_of_calls(above);
		map();		/* stays, so that free memory is in other pieces the next time */
	}
	printf("words of other pages: %d; little stack: %d\n", bad, on_little());
	return bad != 0;
}
