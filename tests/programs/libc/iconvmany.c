// Conversions between many character sets, of random texts in pieces of random lengths, with errors in them: every
// answer, position and byte counts. Each line is a digest of some hundred conversions; "verbose" as an argument prints
// each of them, and a number chooses others.
#include <errno.h>
#include <iconv.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// All of glibc's without a module, its common ones, stateful ones, some of several bytes, and two that there are not.
static const char *const sets[] = {
	"UTF-8", "UTF8", "ASCII", "ANSI_X3.4-1968", "us", "WCHAR_T", "UCS-2", "UCS-2BE", "UCS-2LE", "UNICODEBIG", "UCS-4", "UCS-4LE", "ISO-10646/UCS4/",
	"UTF-16", "UTF-16BE", "UTF-32", "UTF-7", "ISO-8859-1", "latin1", "ISO-8859-15", "CP1252", "KOI8-R", "CP437",
	"EUC-JP", "SJIS", "ISO-2022-JP", "ISO-2022-KR", "BIG5-HKSCS", "GB18030", "EUC-KR", "SHIFT_JISX0213", "TSCII", "CP1255", "CP1258", "IBM1390", "UNICODE",
	"", "uk-none", "ISO-10646",
};
static const char *const suffixes[] = { "", "", "", "//TRANSLIT", "//IGNORE", "//TRANSLIT//IGNORE", "//ignore,translit", "/", "//TRANSLIT/", "//uk" };

#define SOME(a) (a)[random32() % (sizeof(a) / sizeof *(a))]

static uint64_t state, digest;

static uint32_t random32(void)
{
	state = state * 6364136223846793005 + 1442695040888963407;
	return state >> 33 ^ state >> 48;
}

static void mix(const void *p, size_t n)
{
	for (const unsigned char *c = p; n--; c++)
		digest = (digest ^ *c) * 1099511628211;
}

static void mix_number(long v) { mix(&v, sizeof v); }

static uint32_t character(void)
{
	static const uint32_t blocks[][2] = { { 0, 0x80 }, { 32, 95 }, { 32, 95 }, { 32, 95 }, { 0xa0, 0x60 }, { 0x100, 0x500 }, { 0x300, 0x70 }, { 0x2000, 0x700 },
		{ 0x3000, 0x100 }, { 0x4e00, 0x5200 }, { 0xac00, 0x2ba4 }, { 0xb80, 0x80 }, { 0, 0x110000 }, { 0xe0000, 0x80 }, { 0xd700, 0x1000 } };
	const uint32_t *b = SOME(blocks);

	return b[0] + random32() % b[1];
}

static char in[20000], out[40000];

// A text in a set, now and then with other bytes in it, or without its end.
static size_t make_text(const char *set)
{
	static uint32_t text[2000];
	char *p = (char *)text, *to = in;
	size_t n = random32() % 40, room = sizeof in, left;
	iconv_t c = random32() % 4 ? iconv_open(set, "WCHAR_T") : (iconv_t)-1;

	if (random32() % 16 == 0)
		n = random32() % 2000;
	for (size_t i = 0; i < n; i++)
		text[i] = character();
	if (c == (iconv_t)-1) {
		memcpy(in, text, n);
		to += n;
	} else {
		for (left = n * 4; left; p += left ? 4 : 0, left -= left ? 4 : 0)
			iconv(c, &p, &left, &to, &room);
		if (random32() % 2)
			iconv(c, NULL, NULL, &to, &room);
		iconv_close(c);
	}
	n = to - in;
	if (n && random32() % 3 == 0)
		for (int k = random32() % 4; k >= 0; k--)
			in[random32() % n] = random32();
	return n && random32() % 4 == 0 ? n - random32() % (n < 7 ? n : 7) : n;
}

// One call. What it did goes into the digest.
static int call(iconv_t c, char **p, size_t give, size_t room)
{
	char *start = *p, *to = out;
	size_t left = give, free = room;

	errno = 0;
	long n = iconv(c, p, &left, &to, &free);
	int e = n == -1 ? errno : 0;
	mix_number(n), mix_number(e), mix_number(*p - start), mix_number(give - left), mix_number(to - out), mix_number(room - free);
	mix(out, to - out);
	return e;
}

static void convert(iconv_t c, size_t n)
{
	char *p = in;
	size_t most = random32() % 3 ? n : random32() % 2 ? 10 : 100;

	for (int calls = 0; calls < 2000; calls++) {
		size_t left = in + n - p, give = most >= n ? left : random32() % most, skip = 1 + random32() % 4;
		char *start = p;
		if (give > left)
			give = left;
		int e = call(c, &p, give, random32() % 3 ? sizeof out : random32() % 2 ? random32() % 12 : random32() % 200);
		left = in + n - p;
		if (p == start && left && e == EILSEQ)
			p += skip < left ? skip : left;
		else if (p == start && e == EINVAL && give == left)
			p += left > 0;
		if (e != E2BIG && p == in + n)
			break;
		if (random32() % 50 == 0)
			mix_number((long)iconv(c, NULL, NULL, NULL, NULL));
	}
	if (random32() % 2) {
		char *to = out;
		size_t room = random32() % 20, free = room;
		mix_number((long)iconv(c, NULL, NULL, &to, &free)), mix_number(room - free), mix(out, to - out);
	}
}

static void one(int number, int verbose)
{
	const char *from = SOME(sets), *to = SOME(sets);
	char target[60];

	snprintf(target, sizeof target, "%s%s", to, SOME(suffixes));
	size_t n = make_text(from);
	errno = 0;
	iconv_t c = iconv_open(target, from);
	mix_number(errno);
	if (c != (iconv_t)-1) {
		convert(c, n);
		mix_number(iconv_close(c));
	}
	if (verbose)
		printf("%d %s from %s: %016llx\n", number, target, from, (unsigned long long)digest);
}

static void many(int count, int verbose)
{
	for (int i = 0; i < count; i++) {
		if (i % 100 == 0)
			digest = 14695981039346656037u;
		one(i, verbose);
		if (i % 100 == 99)
			printf("%d: %016llx\n", i, (unsigned long long)digest);
	}
}

// Every length of a short text, and of the room for it.
static void short_buffers(void)
{
	enum { UNICODE_SETS = 13 };

	for (int i = 0; i < UNICODE_SETS * UNICODE_SETS; i++) {
		iconv_t c = iconv_open(sets[i % UNICODE_SETS], sets[i / UNICODE_SETS]);
		digest = 14695981039346656037u;
		for (int give = 0; c != (iconv_t)-1 && give < 10; give++)
			for (int room = 0; room < 10; room++) {
				char *p = in;
				memcpy(in, "a\0\0\0b\0\0\0c", 10);
				call(c, &p, give, room);
			}
		if (c != (iconv_t)-1)
			printf("%s from %s: %016llx\n", sets[i % UNICODE_SETS], sets[i / UNICODE_SETS], (unsigned long long)digest), iconv_close(c);
	}
}

int main(int argc, char **argv)
{
	int verbose = argc > 1 && !strcmp(argv[1], "verbose");

	state = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	short_buffers();
	many(1500, verbose);
	printf("%s\n", setlocale(LC_ALL, "C.UTF-8"));
	many(1500, verbose);
	errno = 0;
	printf("%zd", iconv((iconv_t)-1, NULL, NULL, NULL, NULL)), printf(" %d", errno), errno = 0;
	printf(" %d", iconv_close((iconv_t)-1)), printf(" %d\n", errno);
	return 0;
}
