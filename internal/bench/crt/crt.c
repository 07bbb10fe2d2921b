/*
 * What the C library costs: a line "NAME NANOSECONDS" for each kind of call, the best of some rounds. The same binary
 * runs on the host and as a guest (internal/bench/crt.go); "crt NAME..." runs those rows only.
 */
#define _GNU_SOURCE
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

static char *big, *other;	/* 1 MB each, and a zero */
static wchar_t wide[1025];
static volatile size_t sink;
static volatile double dsink;
enum { BIG = 1 << 20 };

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

/* xorshift: the same sizes on both sides. */
static uint64_t next(uint64_t *s)
{
	*s ^= *s << 13, *s ^= *s >> 7, *s ^= *s << 17;
	return *s;
}

static void malloc100(int n)
{
	for (int i = 0; i < n; i++) {
		void *p = malloc(100);
		sink = (size_t)p;
		free(p);
	}
}

/* A thousand blocks of up to 1 KB that live for a while, sometimes a larger one. */
static void *churn(void *arg)
{
	void *live[1000] = { 0 };
	uint64_t s = 88172645463325252u;

	for (int n = *(int *)arg * 50000; n--;) {
		uint64_t r = next(&s);
		void **p = &live[r % 1000];

		free(*p);
		*p = malloc(r >> 40 & 255 ? 16 + (r >> 20 & 1023) : 20000);
		*(char *)*p = 1;
	}
	for (int i = 0; i < 1000; i++)
		free(live[i]);
	return 0;
}

static void churn1(int n) { churn(&n); }

static void churn2(int n)
{
	pthread_t t;

	pthread_create(&t, 0, churn, &n);
	churn(&n);
	pthread_join(t, 0);
}

/* Blocks that one thread makes and another frees. */
enum { HANDED = 4096 };
static void *handed[HANDED];
static void *free_handed(void *arg)
{
	for (int i = 0; i < HANDED; i++)
		free(handed[i]);
	return 0;
}

static void hand_over(int n)
{
	while (n--) {
		pthread_t t;

		for (int i = 0; i < HANDED; i++)
			handed[i] = malloc(16 + (i & 255));
		pthread_create(&t, 0, free_handed, 0);
		pthread_join(t, 0);
	}
}

static void calloc1000(int n)
{
	while (n--) {
		char *p = calloc(10, 100);
		sink = p[5];
		free(p);
	}
}

static void realloc_grow(int n)
{
	while (n--) {
		char *p = 0;

		for (size_t s = 16; s < 200000; s += s / 2)
			p = realloc(p, s), p[s - 1] = 1;
		free(p);
	}
}

static void malloc_many(int n)
{
	enum { MANY = 100000 };
	static void *all[MANY];

	while (n--) {
		for (int i = 0; i < MANY; i++)
			*(char *)(all[i] = malloc(24 + (i & 63))) = 1;
		for (int i = 0; i < MANY; i++)
			free(all[i]);
	}
}

static void malloc1m(int n)
{
	while (n--) {
		char *p = malloc(BIG);
		p[0] = p[BIG - 1] = 1;
		free(p);
	}
}

static void strlen1m(int n) { while (n--) sink = strlen(big); }
static void strlen30(int n) { while (n--) sink = strlen(big + BIG - 30); }
static void strcmp30(int n) { while (n--) sink = strcmp(big + BIG - 30, other + BIG - 30); }
static void strcmp4k(int n) { while (n--) sink = strcmp(big + BIG - 4096, other + BIG - 4096); }
static void strncmp30(int n) { while (n--) sink = strncmp(big + BIG - 30, other + BIG - 30, 40); }
static void memcpy30(int n) { while (n--) memcpy(other, big, 30), sink = other[5]; }
static void memcpy200(int n) { while (n--) memcpy(other, big, 200), sink = other[5]; }
static void memcpy4k(int n) { while (n--) memcpy(other, big, 4096); }
static void memcpy1m(int n) { while (n--) memcpy(other, big, BIG); }
static void memmove4k(int n) { while (n--) memmove(other + 100, other, 4096); }
static void memset30(int n) { while (n--) memset(other, 'x', 30), sink = other[5]; }
static void memset4k(int n) { while (n--) memset(other, 'x', 4096); }
static void memset1m(int n) { while (n--) memset(other, 'x', BIG); }
static void memcmp30(int n) { while (n--) sink = memcmp(big, other, 30); }
static void memcmp4k(int n) { while (n--) sink = memcmp(big, other, 4096); }
static void memchr4k(int n) { while (n--) sink = (size_t)memchr(big, 'y', 4096); }
static void memrchr4k(int n) { while (n--) sink = (size_t)memrchr(big, 'y', 4096); }
static void strchr4k(int n) { while (n--) sink = (size_t)strchr(big + BIG - 4096, 'y'); }
static void strrchr4k(int n) { while (n--) sink = (size_t)strrchr(big + BIG - 4096, 'y'); }
static void strstr4k(int n) { while (n--) sink = (size_t)strstr(big + BIG - 4096, "xyz"); }
static void memmem4k(int n) { while (n--) sink = (size_t)memmem(big, 4096, "xyz", 3); }
static void strcpy30(int n) { while (n--) strcpy(other, big + BIG - 30); memset(other, 'x', 40); }
static void strcpy4k(int n) { while (n--) strcpy(other, big + BIG - 4096); memset(other, 'x', 4097); }
static void strspn100(int n) { while (n--) sink = strcspn(big + BIG - 100, "abc\n"); }
static void strnlen4k(int n) { while (n--) sink = strnlen(big, 4096); }
static void strcasecmp30(int n) { while (n--) sink = strcasecmp(big + BIG - 30, other + BIG - 30); }
static void wcslen1k(int n) { while (n--) sink = wcslen(wide); }
static void wmemset1k(int n) { while (n--) wmemset(wide, L'x', 1024); }
static void wcschr1k(int n) { while (n--) sink = (size_t)wcschr(wide, L'y'); }

static int by_int(const void *a, const void *b)
{
	int x = *(int *)a, y = *(int *)b;

	return (x > y) - (x < y);
}

static void qsort_ints(int n)
{
	int *a = malloc(n * sizeof *a);
	uint64_t s = 88172645463325252u;

	for (int i = 0; i < n; i++)
		a[i] = next(&s);
	qsort(a, n, sizeof *a, by_int);
	free(a);
}

static void qsort1m(int n) { while (n--) qsort_ints(1000000); }
static void qsort1000(int n) { while (n--) qsort_ints(1000); }

static char text[400];
static void print_f(int n) { while (n--) snprintf(text, sizeof text, "%f", 3141.592653589793 + n); }
static void print_f2(int n) { while (n--) snprintf(text, sizeof text, "%.2f", 3141.592653589793 + n); }
static void print_g(int n) { while (n--) snprintf(text, sizeof text, "%g", 3.141592653589793e-7 * n); }
static void print_g17(int n) { while (n--) snprintf(text, sizeof text, "%.17g", 3.141592653589793e-7 * n); }
static void print_e(int n) { while (n--) snprintf(text, sizeof text, "%e", 3.141592653589793e100 * n); }
static void print_d(int n) { while (n--) snprintf(text, sizeof text, "%d %s\n", n, "some words"); }
static void read_d(int n) { while (n--) dsink = strtod("3141.592653589793", 0); }
static void read_e(int n) { while (n--) dsink = strtod("3.141592653589793e-70", 0); }
static void read_l(int n) { while (n--) sink = strtol("31415926", 0, 10); }
static void scan_d(int n) { int x; while (n--) sscanf("31415926", "%d", &x), sink = x; }

static void print_time(int n)
{
	time_t t = 1700000000;
	struct tm tm;

	localtime_r(&t, &tm);
	while (n--)
		sink = strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S %Z", &tm);
}

static void fprintf_line(int n)
{
	FILE *f = fopen("/dev/null", "w");

	while (n--)
		fprintf(f, "line %d of %s\n", n, "some");
	fclose(f);
}

static void putc_1m(int n)
{
	FILE *f = fopen("/dev/null", "w");

	while (n--)
		fputc('x', f);
	fclose(f);
}

static void getline_50000(int n)
{
	static const char name[] = "/tmp/uk-bench-crt";

	while (n--) {
		FILE *f = fopen(name, "w+");
		char *line = 0;
		size_t size = 0;

		for (int i = 0; i < 50000; i++)
			fprintf(f, "this is line number %d of the file\n", i);
		rewind(f);
		while (getline(&line, &size, f) > 0)
			sink = line[3];
		free(line);
		fclose(f);
		unlink(name);
	}
}

static void *nothing(void *arg) { return arg; }
static void create_join(int n)
{
	while (n--) {
		pthread_t t;

		pthread_create(&t, 0, nothing, 0);
		pthread_join(t, 0);
	}
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static void lock_unlock(int n) { while (n--) pthread_mutex_lock(&mutex), pthread_mutex_unlock(&mutex); }
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static void read_lock(int n) { while (n--) pthread_rwlock_rdlock(&rwlock), pthread_rwlock_unlock(&rwlock); }

#define MATH(f, x) static void m_##f(int n) { for (int i = 0; i < n; i++) dsink = f((x) + (i & 1023) * 0.001); }
MATH(sin, 1.0) MATH(cos, 1.0) MATH(tan, 1.0) MATH(exp, 1.0) MATH(log, 1.0) MATH(sinf, 1.0f) MATH(cosf, 1.0f) MATH(expf, 1.0f) MATH(logf, 1.0f)
MATH(atan, 1.0) MATH(cbrt, 1.0) MATH(floor, 1.0) MATH(lround, 1.0) MATH(exp2, 1.0) MATH(log10, 1.0)
static void m_pow(int n) { for (int i = 0; i < n; i++) dsink = pow(1.5 + (i & 1023) * 0.001, 3.3); }
static void m_fmod(int n) { for (int i = 0; i < n; i++) dsink = fmod(1000.5 + i, 3.3); }
static void m_atan2(int n) { for (int i = 0; i < n; i++) dsink = atan2(1.5 + (i & 1023) * 0.001, 3.3); }

static const struct row {
	const char *name;
	void (*run)(int n);
	int n;
} rows[] = {
	{ "malloc+free-100", malloc100, 20000 }, { "malloc-churn", churn1, 1 }, { "malloc-churn-2-threads", churn2, 1 },
	{ "malloc-hand-over", hand_over, 4 }, { "calloc-1000", calloc1000, 20000 }, { "realloc-grow", realloc_grow, 100 },
	{ "malloc-100000-live", malloc_many, 1 }, { "malloc+free-1M", malloc1m, 100 },
	{ "strlen-1M", strlen1m, 10 }, { "strlen-30", strlen30, 20000 }, { "strcmp-30", strcmp30, 20000 }, { "strcmp-4K", strcmp4k, 1000 },
	{ "strncmp-30", strncmp30, 20000 }, { "memcpy-30", memcpy30, 20000 }, { "memcpy-200", memcpy200, 20000 },
	{ "memcpy-4K", memcpy4k, 1000 }, { "memcpy-1M", memcpy1m, 10 }, { "memmove-4K", memmove4k, 1000 },
	{ "memset-30", memset30, 20000 }, { "memset-4K", memset4k, 1000 }, { "memset-1M", memset1m, 10 },
	{ "memcmp-30", memcmp30, 20000 }, { "memcmp-4K", memcmp4k, 1000 }, { "memchr-4K", memchr4k, 1000 }, { "memrchr-4K", memrchr4k, 1000 },
	{ "strchr-4K", strchr4k, 1000 }, { "strrchr-4K", strrchr4k, 1000 }, { "strstr-4K", strstr4k, 500 }, { "memmem-4K", memmem4k, 500 },
	{ "strcpy-30", strcpy30, 20000 }, { "strcpy-4K", strcpy4k, 1000 }, { "strcspn-100", strspn100, 5000 }, { "strnlen-4K", strnlen4k, 1000 },
	{ "strcasecmp-30", strcasecmp30, 10000 }, { "wcslen-1K", wcslen1k, 1000 }, { "wmemset-1K", wmemset1k, 1000 }, { "wcschr-1K", wcschr1k, 1000 },
	{ "qsort-1M", qsort1m, 1 }, { "qsort-1000", qsort1000, 10 },
	{ "snprintf-%f", print_f, 3000 }, { "snprintf-%.2f", print_f2, 3000 }, { "snprintf-%g", print_g, 3000 }, { "snprintf-%.17g", print_g17, 3000 },
	{ "snprintf-%e", print_e, 3000 }, { "snprintf-%d", print_d, 3000 }, { "strtod", read_d, 3000 }, { "strtod-e-70", read_e, 3000 },
	{ "strtol", read_l, 3000 }, { "sscanf-%d", scan_d, 3000 },
	{ "strftime", print_time, 3000 }, { "fprintf-line", fprintf_line, 10000 }, { "fputc", putc_1m, 50000 }, { "getline-50000", getline_50000, 1 },
	{ "pthread_create+join", create_join, 50 }, { "mutex", lock_unlock, 20000 }, { "rwlock", read_lock, 20000 },
#define M(f) { #f, m_##f, 10000 }
	M(sin), M(cos), M(tan), M(exp), M(log), M(pow), M(sinf), M(cosf), M(expf), M(logf), M(atan), M(atan2), M(cbrt), M(floor), M(lround), M(exp2), M(log10), M(fmod),
};

static int wanted(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(name, argv[i]))
			return 1;
	return argc == 1;
}

int main(int argc, char **argv)
{
	big = malloc(BIG + 1), other = malloc(BIG + 1);
	memset(big, 'x', BIG), memset(other, 'x', BIG);
	big[BIG] = other[BIG] = 0;
	wmemset(wide, L'x', 1024);
	for (const struct row *r = rows; r < rows + sizeof rows / sizeof *rows; r++) {
		double best = 1e18, start = now();

		if (!wanted(r->name, argc, argv))
			continue;
		for (int i = 0; i < 20 && (i < 2 || now() - start < 1e8); i++) {
			double t = now();

			r->run(r->n);
			t = (now() - t) / r->n;
			best = t < best ? t : best;
		}
		printf("%s %.2f\n", r->name, best);
	}
	return 0;
}
