/*
 * Functions of strings against loops over bytes, where vectors could go wrong: at all places beside a page that cannot be
 * read or written, at all small lengths, with bytes that differ in their highest bit. Prints what is wrong, and how much
 * was tried.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <wchar.h>

enum { PAGE = 4096, AREA = 3 * PAGE };
static unsigned char *x, *y;	/* AREA bytes each, between pages that cannot be touched */
static unsigned char was[AREA], want[AREA];
static unsigned long tried, wrong;
static uint64_t seed = 88172645463325252u;

static unsigned rnd(unsigned n)
{
	seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
	return (seed >> 20) % n;
}

static unsigned char *area(void)
{
	unsigned char *p = mmap(0, AREA + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	mprotect(p + PAGE, AREA, PROT_READ | PROT_WRITE);
	return p + PAGE;
}

static void check(int ok, const char *what, size_t a, size_t b, size_t n)
{
	tried++;
	if (!ok && wrong++ < 10)
		printf("wrong: %s at %zu, %zu of %zu\n", what, a, b, n);
}

static int sign(int n) { return (n > 0) - (n < 0); }
static int lower(int c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }

static size_t length(void)
{
	return rnd(4) ? rnd(70) : rnd(8) ? rnd(700) : rnd(PAGE + 2000);
}

/* A place for N bytes: often where a page begins or ends. */
static size_t place(size_t n)
{
	switch (rnd(4)) {
	case 0: return AREA - n;
	case 1: return 0;
	case 2: return PAGE - rnd(n < 128 ? n + 1 : 128);
	default: return rnd(AREA - n + 1);
	}
}

/* Few different bytes, so that searches find something, at times late; never a zero. */
static void fill(unsigned char *p, size_t n)
{
	static const unsigned char few[] = "aAbBzZ[@{`\x80\xff\x7f\x01";
	unsigned kinds = 1 + rnd(sizeof few - 1), from = rnd(sizeof few - kinds);

	for (size_t i = 0; i < n; i++)
		p[i] = few[from + rnd(kinds)];
}

static void memory(void)
{
	size_t n = length(), a = place(n), b = place(n);
	unsigned char *p, *q, c;

	fill(x, AREA), fill(y, AREA);
	memcpy(was, y, AREA);
	memcpy(y + b, x + a, n);
	for (size_t i = 0; i < n; i++)
		was[b + i] = x[a + i];
	int ok = 1;
	for (size_t i = 0; i < AREA; i++)
		ok &= y[i] == was[i];
	check(ok, "memcpy", a, b, n);

	for (size_t i = 0; i < AREA; i++)
		was[i] = want[i] = x[i];
	for (size_t i = 0; i < n; i++)
		want[b + i] = was[a + i];
	ok = memmove(x + b, x + a, n) == x + b;
	for (size_t i = 0; i < AREA; i++)
		ok &= x[i] == want[i];
	check(ok, "memmove", a, b, n);

	/* A short way, so that the ranges overlap. */
	b = a + rnd(65) < AREA - n ? a + rnd(65) : a;
	b = b > AREA - n ? a : b;
	if (rnd(2))
		b = a > 64 ? a - rnd(65) : a;
	for (size_t i = 0; i < AREA; i++)
		was[i] = want[i] = x[i];
	for (size_t i = 0; i < n; i++)
		want[b + i] = was[a + i];
	memmove(x + b, x + a, n);
	ok = 1;
	for (size_t i = 0; i < AREA; i++)
		ok &= x[i] == want[i];
	check(ok, "memmove near", a, b, n);

	for (size_t i = 0; i < AREA; i++)
		want[i] = y[i];
	c = rnd(256);
	for (size_t i = 0; i < n; i++)
		want[a + i] = c;
	ok = memset(y + a, c | 0x700, n) == y + a;
	for (size_t i = 0; i < AREA; i++)
		ok &= y[i] == want[i];
	check(ok, "memset", a, 0, n);

	for (size_t i = 0; i < n; i++)
		y[b + i] = x[a + i];
	if (n && rnd(4))
		y[b + rnd(n)] ^= 1 << rnd(8);
	int r = 0;
	for (size_t i = 0; i < n && !r; i++)
		r = x[a + i] - y[b + i];
	check(sign(memcmp(x + a, y + b, n)) == sign(r), "memcmp", a, b, n);

	c = x[rnd(AREA)];
	p = x + a, q = 0;
	for (size_t i = n; i--; )
		if (p[i] == c)
			q = p + i;
	check(memchr(p, c | 0x300, n) == q, "memchr", a, c, n);
	q = 0;
	for (size_t i = 0; i < n; i++)
		if (p[i] == c)
			q = p + i;
	check(memrchr(p, c, n) == q, "memrchr", a, c, n);

	size_t len = rnd(8), at = n > len ? rnd(n - len) : 0;
	if (rnd(20) == 0)
		len = rnd(100);
	if (len <= n && at + len <= n) {
		unsigned char needle[100];

		for (size_t i = 0; i < len; i++)
			needle[i] = p[at + i];
		if (len && rnd(3) == 0)
			needle[rnd(len)] ^= 1;
		q = 0;
		for (size_t i = 0; i + len <= n && !q; i++) {
			size_t k = 0;

			while (k < len && p[i + k] == needle[k])
				k++;
			if (k == len)
				q = p + i;
		}
		check(memmem(p, n, needle, len) == q, "memmem", a, at, n);
	}
}

static void strings(void)
{
	size_t n = length(), m = length(), a = place(n + 1), b = place(n + 1), i, k;
	char *s = (char *)x + a, *t = (char *)y + b, *q;
	char set[12] = { 0 };
	unsigned char c;
	int r, ok;

	fill(x, AREA), fill(y, AREA);
	s[n] = 0;
	check(strlen(s) == n, "strlen", a, 0, n);
	check(strnlen(s, m) == (m < n ? m : n), "strnlen", a, m, n);
	check(strnlen(s, SIZE_MAX) == n, "strnlen", a, 0, n);

	c = rnd(20) ? x[rnd(AREA)] : 0;
	for (i = 0; i < n && (unsigned char)s[i] != c; i++)
		;
	q = (unsigned char)s[i] == c ? s + i : 0;
	check(strchr(s, c | 0x500) == q, "strchr", a, c, n);
	check(strchrnul(s, c) == s + i, "strchrnul", a, c, n);
	q = 0;
	for (i = 0; i <= n; i++)
		if ((unsigned char)s[i] == c)
			q = s + i;
	check(strrchr(s, c) == q, "strrchr", a, c, n);

	k = rnd(11);
	for (i = 0; i < k; i++)
		set[i] = x[rnd(AREA)] ?: 'a';
	for (i = 0; i < n && !strchr(set, s[i]); i++)
		;
	check(strcspn(s, set) == i, "strcspn", a, k, n);
	check(strpbrk(s, set) == (i < n ? s + i : 0), "strpbrk", a, k, n);
	for (i = 0; i < n && strchr(set, s[i]); i++)
		;
	check(strspn(s, set) == i, "strspn", a, k, n);

	for (i = 0; i <= n; i++)
		t[i] = s[i];
	if (rnd(3) && n)
		t[rnd(n)] ^= 1 << (rnd(2) ? 5 : rnd(8));
	for (i = 0, r = 0; !r; i++) {
		r = (unsigned char)s[i] - (unsigned char)t[i];
		if (!s[i] || !t[i])
			break;
	}
	size_t differ = r ? i - 1 : n;
	if (r && (!s[i] || !t[i]))
		differ = i;
	check(sign(strcmp(s, t)) == sign(r), "strcmp", a, b, n);
	for (differ = 0; s[differ] == t[differ] && s[differ]; differ++)
		;
	check(sign(strncmp(s, t, m)) == (m <= differ ? 0 : sign(r)), "strncmp", a, b, m);
	for (i = 0; lower((unsigned char)s[i]) == lower((unsigned char)t[i]) && s[i]; i++)
		;
	r = lower((unsigned char)s[i]) - lower((unsigned char)t[i]);
	check(strcasecmp(s, t) == r, "strcasecmp", a, b, n);
	check(strncasecmp(s, t, m) == (m <= i ? 0 : r), "strncasecmp", a, b, m);

	k = rnd(6) ? rnd(6) : rnd(40);
	if (k <= n) {
		size_t at = rnd(n - k + 1);
		char needle[41] = { 0 };

		for (i = 0; i < k; i++)
			needle[i] = s[at + i];
		if (k && rnd(3) == 0)
			needle[rnd(k)] ^= 2;
		k = strlen(needle);
		for (i = 0, q = 0; i + k <= n && !q; i++)
			if (!strncmp(s + i, needle, k))
				q = s + i;
		check(strstr(s, needle) == q, "strstr", a, at, n);
	}

	memcpy(was, y, AREA);
	for (i = 0; i <= n; i++)
		was[b + i] = s[i];
	q = stpcpy(t, s);
	ok = q == t + n;
	for (i = 0; i < AREA; i++)
		ok &= y[i] == was[i];
	check(ok, "stpcpy", a, b, n);
	if (m <= n + 1) {
		fill(y, AREA);
		memcpy(was, y, AREA);
		for (i = 0, k = 0; i < m; i++)
			was[b + i] = k ? 0 : s[i], k |= !s[i];
		ok = strncpy(t, s, m) == t;
		for (i = 0; i < AREA; i++)
			ok &= y[i] == was[i];
		check(ok, "strncpy", a, b, m);
	}
}

static void wide(void)
{
	size_t n = length() / 4, m = n ? rnd(n) : 0;
	wchar_t *s = (wchar_t *)(x + place(n * 4 + 4) / 4 * 4), *t = (wchar_t *)(y + place(n * 4 + 4) / 4 * 4), c;
	size_t i;
	int r = 0;

	for (i = 0; i < n; i++)
		s[i] = t[i] = rnd(2) ? 'a' + rnd(3) : 0x100 << rnd(3);
	s[n] = t[n] = 0;
	check(wcslen(s) == n, "wcslen", 0, 0, n);
	c = rnd(2) ? 'a' : 0x100;
	for (i = 0; i < n && s[i] != c; i++)
		;
	check(wcschr(s, c) == (i < n ? s + i : 0), "wcschr", 0, 0, n);
	check(wcschr(s, 0) == s + n, "wcschr 0", 0, 0, n);
	check(wmemchr(s, c, n) == (i < n ? s + i : 0), "wmemchr", 0, 0, n);
	if (n && rnd(2))
		t[m] = rnd(2) ? -1 : 0x7fffffff;
	for (i = 0; i < n && !r; i++)
		r = s[i] < t[i] ? -1 : s[i] > t[i];
	check(sign(wmemcmp(s, t, n)) == r, "wmemcmp", 0, 0, n);
	wmemset(s, c, m);
	for (i = 0, r = 1; i < m; i++)
		r &= s[i] == c;
	check(r, "wmemset", 0, 0, m);
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 300;

	x = area(), y = area();
	for (int i = 0; i < rounds; i++)
		memory(), strings(), wide();
	printf("%lu checks, %lu wrong\n", tried, wrong);
	printf("%d%d%d\n", strncmp(0, 0, 0), memcmp(0, 0, 0), strncasecmp(0, 0, 0));
	/* Lengths that go around the end of all memory. */
	printf("%d\n", memchr(x + 1, x[7], SIZE_MAX) != 0);
	return wrong != 0;
}
