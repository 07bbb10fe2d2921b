/* scanf() of wide characters and at the edges of numbers, sets and widths, and swprintf() of what no locale can write. */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

static wchar_t a[20], b[20];
static int n;

#define WIDE(in, f, ...) do { \
	wmemset(a, 0x55, 20), wmemset(b, 0x55, 20), n = -1; \
	printf("%d ", sscanf(in, f, __VA_ARGS__)); \
	printf("%d:", n); \
	for (int i = 0; i < 6; i++) \
		printf(" %x", a[i]); \
	for (int i = 0; i < 6; i++) \
		printf(" %x", b[i]); \
	puts(""); \
} while (0)

static void wide(void)
{
	static const char s[] = "\xc3\xa9\xe2\x82\xac x";

	WIDE(s, "%lc%n%lc", a, &n, b);
	WIDE(s, "%2lc%n%lc", a, &n, b);
	WIDE(s, "%5lc%n", a, &n);
	WIDE(s, "%1ls%n%ls", a, &n, b);
	WIDE(s, "%*1ls%n%ls", &n, b);
	WIDE(s, "%10ls%n%ls", a, &n, b);
	WIDE("abc\xe2\x82\xac x", "%3l[a-z]%n%ls", a, &n, b);
	WIDE("abc\xe2\x82\xac x", "%4l[a-z]%n%ls", a, &n, b);
	WIDE("abc\xe2", "%ls%n", a, &n);
	WIDE("abc\xe2\x41", "%4ls%n", a, &n);
	WIDE("", "%lc%n", a, &n);
}

static void narrow(const char *in, const char *f)
{
	struct { char bytes[32]; } out[3];
	wchar_t win[64], wf[64];
	char copy[64];

	for (int i = 0; i < 3; i++) {
		memset(out, 0x55, sizeof out);
		errno = 0;
		if (i == 0) {
			printf("<%s> <%s> %d", in, f, sscanf(in, f, &out[0], &out[1], &out[2]));
		} else if (i == 1) {
			swprintf(win, 64, L"%s", in);
			swprintf(wf, 64, L"%s", f);
			printf("\twide %d", swscanf(win, wf, &out[0], &out[1], &out[2]));
		} else {
			FILE *s = fmemopen(strcpy(copy, in), strlen(in), "r");
			int r = fscanf(s, f, &out[0], &out[1], &out[2]);
			int flags = !!feof(s) | !!ferror(s) << 1;
			printf("\tstream %d %ld %d", r, ftell(s), flags);
			printf(" %d", getc(s));
			fclose(s);
		}
		printf(" %d", i == 1 ? 0 : errno);
		for (int k = 0; k < 3; k++) {
			putchar(' ');
			for (int j = 0; j < (i == 1 ? 1 : 16); j++)
				printf("%02x", out[k].bytes[j] & 255);
		}
		puts("");
	}
}

static void strings(void)
{
	for (int utf8 = 0; utf8 < 2; utf8++) {
		setlocale(LC_ALL, utf8 ? "C.UTF-8" : "C");
		for (int size = 0; size < 10; size++) {
			wmemset(a, 0x77, 20);
			printf("%d", swprintf(a, size, L"ab\xe9%d\x20ac", 5));
			for (int i = 0; i < 8; i++)
				printf(" %x", a[i]);
			puts("");
		}
		int r = swprintf(a, 20, L"a%cb%-3lc|%lc%5%", 0, 0, 0x7fffffff);
		printf("%d", r);
		for (int i = 0; i < r; i++)
			printf(" %x", a[i]);
		puts("");
	}
}

int main(void)
{
	static const char *const formats[] = { "%2f", "%[9-0]", "%2d", "%1x", "%3i", "%f", "%3c", "%c%d", "%'d", "%Id", "%qd", "%d%d", "%lld%3i", "%lf:", "%a%s", "%4lf%s" };
	static const char *const inputs[] = { "0x.8p1", " 0x1", "9-0", "-90", "12", "1", "in1.5", "inf", "infx", "infinx", "nan", "-nan", "-nan(12)", "nan(",
		"99999999999999999999", "99999999999999999999 ", "1,234", "+7-3", "", "  ", "1e400" };

	setlocale(LC_ALL, "C.UTF-8");
	wide();
	for (unsigned i = 0; i < sizeof formats / sizeof *formats; i++)
		for (unsigned k = 0; k < sizeof inputs / sizeof *inputs; k++)
			narrow(inputs[k], formats[i]);
	strings();
	return 0;
}
