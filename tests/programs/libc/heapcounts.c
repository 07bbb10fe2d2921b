// mallinfo2() and its like: what is counted, as far as every allocator has it; folders that libraries are looked for in; one argument of printf
// in several ways; dates with flags and modifiers.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

extern struct mallinfo private_mallinfo(void) __asm__("__libc_mallinfo");
static volatile int stop;

// Counts while other threads allocate.
static void *churn(void *arg)
{
	static void *shared[64];

	for (unsigned n = 1; !stop; n = n * 1103515245 + 12345) {
		void *p = malloc(n >> 12 & (n & 1 ? 0xff : 0xfffff)), *old = __atomic_exchange_n(&shared[n >> 4 & 63], p, __ATOMIC_SEQ_CST);
		free(old);
	}
	return NULL;
}

static void threads(void)
{
	pthread_t t[3];
	size_t sum = 0;

	for (int i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, churn, NULL);
	for (int i = 0; i < 2000; i++)
		sum += mallinfo2().uordblks, i % 100 ? 0 : malloc_trim(0);
	stop = 1;
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	printf("threads: %d %d\n", sum > 0, private_mallinfo().uordblks > 0);
}

static void heap(void)
{
	static void *p[2000];
	struct mallinfo2 a, b, c, d;

	free(malloc(1));
	a = mallinfo2();
	for (int i = 0; i < 2000; i++)
		memset(p[i] = malloc(i % 3 ? 100 : 3000), 1, 100);
	b = mallinfo2();
	for (int i = 0; i < 2000; i++)
		if (i % 2)
			free(p[i]);
	c = mallinfo2();
	printf("used: %d %d %d\n", b.uordblks - a.uordblks >= 2000 * 1000, b.uordblks - a.uordblks < 2000 * 1500, b.uordblks - c.uordblks > 2000 * 400);
	printf("sums: %d %d %d\n", a.arena == a.uordblks + a.fordblks, b.arena == b.uordblks + b.fordblks, c.arena == c.uordblks + c.fordblks);
	printf("free: %d %d\n", c.fordblks > b.fordblks, c.ordblks > 0);
	char *big = malloc(3 << 20);
	d = mallinfo2();
	printf("mapped: %zu %d %d\n", d.hblks - c.hblks, d.hblkhd - c.hblkhd >= 3 << 20, d.hblkhd - c.hblkhd < 4 << 20);
	struct mallinfo old = mallinfo();
	printf("old: %d %d\n", (size_t)old.uordblks == d.uordblks, (size_t)old.hblkhd == d.hblkhd);
	free(big);
	printf("again: %zu\n", mallinfo2().hblks - c.hblks);
	for (int i = 0; i < 2000; i += 2)
		free(p[i]);
	p[0] = malloc(1 << 20), p[1] = malloc(1 << 20), memset(p[0], 1, 1 << 20), free(p[0]);	// something to give back
	printf("trim: %d\n", malloc_trim(0)), memset(p[1], 1, 1 << 20), free(p[1]);
	printf("left: %d\n", mallinfo2().uordblks < b.uordblks);
}

static void folders(void *h)
{
	Dl_serinfo size, *all;

	printf("%d", dlinfo(h, RTLD_DI_SERINFOSIZE, &size)), printf(" %zu %u\n", size.dls_size, size.dls_cnt);
	all = malloc(size.dls_size), dlinfo(h, RTLD_DI_SERINFOSIZE, all), printf("%d\n", dlinfo(h, RTLD_DI_SERINFO, all));
	for (unsigned i = 0; i < all->dls_cnt; i++)
		printf("  %s %u\n", all->dls_serpath[i].dls_name, all->dls_serpath[i].dls_flags);
}

static void formats(void)
{
	char b[200];
	wchar_t w[200];
	const char *e;
	static const char *const dates[] = { "%12s", "%EG", "%OG", "%Oa", "%Eb", "%OB", "%Ed", "%5Em", "%ED", "%OD", "%OF", "%EF", "%Ex", "%OP", "%Ey", "%-5Oy", "%O%", "%^Eb", "%#Eb", "%1S", "%2j", "%6z", "%_9z", "%09z", "%3z", "%z", "%_1S" };
	static const char *const texts[][2] = { { "07", "%-d" }, { "2006-07", "%4Y-%_2m" }, { "5", "%^#0m" }, { "12:30", "%2H:%05M" }, { "Jun", "%3b" } };
	struct tm t = { 1, 2, 3, 4, 5, 106, 0, 154, 0 }, got;

	snprintf(b, sizeof b, "%1$d %1$x %1$o %1$hhd %1$u %1$hx %1$c|", -5678910), puts(b);
	swprintf(w, 200, L"%1$d %1$x %1$o %1$hhd %1$u %1$hx|", -5678910), printf("%ls\n", w);
	snprintf(b, sizeof b, "%08S|%08s|%-08S|%08lc|%08c", L"wide", "abc", L"wide", L'y', 'x'), puts(b);
	for (int i = 0; i < sizeof dates / sizeof *dates; i++)
		b[0] = 0, printf("%s", dates[i]), printf(" %zu", strftime(b, sizeof b, dates[i], &t)), printf(" %s\n", b);
	for (int i = 0; i < sizeof texts / sizeof *texts; i++)
		memset(&got, 0, sizeof got), e = strptime(texts[i][0], texts[i][1], &got), printf("%s: %td %d %d %d %d\n", texts[i][1], e ? e - texts[i][0] : -1, got.tm_mday, got.tm_mon, got.tm_year, got.tm_hour * 60 + got.tm_min);
}

int main(void)
{
	setenv("TZ", "UTC0", 1);
	heap();
	threads();
	folders(dlopen(NULL, RTLD_NOW)), folders(dlopen("libc.so.6", RTLD_NOW));
	formats();
	return 0;
}
