// Streams: every way to open, read, write, position and lock one, and conversions with surprises.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#define E(call) (errno = 0, shown = (long)(call), printf("%s: %ld %d\n", #call, shown, errno))
#define NAME "/tmp/uk-stdio"
static long shown;

// Names without a declaration.
extern int _IO_feof(FILE *), _IO_ferror(FILE *), _IO_getc(FILE *), _IO_peekc_locked(FILE *), _IO_putc(int, FILE *), _IO_vfprintf(FILE *, const char *, va_list), __uflow(FILE *), __overflow(FILE *, int);
extern int __snprintf(char *, size_t, const char *, ...), __vsnprintf(char *, size_t, const char *, va_list), __asprintf(char **, const char *, ...), __vfscanf(FILE *, const char *, va_list), __vsscanf(const char *, const char *, va_list);
extern int __fseeko64(FILE *, off64_t, int);
extern off64_t __ftello64(FILE *);
#define OLD(ret, name, ...) extern ret name(__VA_ARGS__)
OLD(int, _IO_fclose, FILE *); OLD(FILE *, _IO_fdopen, int, const char *); OLD(int, _IO_fflush, FILE *); OLD(int, _IO_fgetpos, FILE *, fpos_t *); OLD(int, _IO_fgetpos64, FILE *, fpos64_t *);
OLD(char *, _IO_fgets, char *, int, FILE *); OLD(FILE *, _IO_fopen, const char *, const char *); OLD(int, _IO_fprintf, FILE *, const char *, ...); OLD(int, _IO_fputs, const char *, FILE *);
OLD(size_t, _IO_fread, void *, size_t, size_t, FILE *); OLD(int, _IO_fsetpos, FILE *, const fpos_t *); OLD(int, _IO_fsetpos64, FILE *, const fpos64_t *); OLD(long, _IO_ftell, FILE *); OLD(size_t, _IO_fwrite, const void *, size_t, size_t, FILE *);
OLD(int, _IO_printf, const char *, ...); OLD(int, _IO_puts, const char *); OLD(void, _IO_setbuffer, FILE *, char *, size_t); OLD(int, _IO_setvbuf, FILE *, char *, int, size_t);
OLD(int, _IO_sprintf, char *, const char *, ...); OLD(int, _IO_sscanf, const char *, const char *, ...); OLD(int, _IO_ungetc, int, FILE *); OLD(int, _IO_vsprintf, char *, const char *, va_list);
OLD(void, _IO_flockfile, FILE *); OLD(int, _IO_ftrylockfile, FILE *); OLD(void, _IO_funlockfile, FILE *);

static int with_vfprintf(FILE *f, const char *s, ...) { va_list a; va_start(a, s); int r = vfprintf(f, s, a); va_end(a); return r; }
static int with_IO_vfprintf(FILE *f, const char *s, ...) { va_list a; va_start(a, s); int r = _IO_vfprintf(f, s, a); va_end(a); return r; }
static int with_vprintf(const char *s, ...) { va_list a; va_start(a, s); int r = vprintf(s, a); va_end(a); return r; }
static int with_vdprintf(int fd, const char *s, ...) { va_list a; va_start(a, s); int r = vdprintf(fd, s, a); va_end(a); return r; }
static int with_vsprintf(char *b, const char *s, ...) { va_list a; va_start(a, s); int r = vsprintf(b, s, a); va_end(a); return r; }
static int with_IO_vsprintf(char *b, const char *s, ...) { va_list a; va_start(a, s); int r = _IO_vsprintf(b, s, a); va_end(a); return r; }
static int with_vsnprintf(char *b, size_t n, const char *s, ...) { va_list a; va_start(a, s); int r = __vsnprintf(b, n, s, a); va_end(a); return r; }
static int with_vasprintf(char **b, const char *s, ...) { va_list a; va_start(a, s); int r = vasprintf(b, s, a); va_end(a); return r; }
static int with_vfscanf(FILE *f, const char *s, ...) { va_list a; va_start(a, s); int r = vfscanf(f, s, a); va_end(a); return r; }
static int with__vfscanf(FILE *f, const char *s, ...) { va_list a; va_start(a, s); int r = __vfscanf(f, s, a); va_end(a); return r; }
static int with_vsscanf(const char *b, const char *s, ...) { va_list a; va_start(a, s); int r = vsscanf(b, s, a); va_end(a); return r; }
static int with__vsscanf(const char *b, const char *s, ...) { va_list a; va_start(a, s); int r = __vsscanf(b, s, a); va_end(a); return r; }
static int with_vscanf(const char *s, ...) { va_list a; va_start(a, s); int r = vscanf(s, a); va_end(a); return r; }

static void printing(void)
{
	char b[200], *p = NULL;
	FILE *f = fopen64(NAME, "w+");

	E(fprintf(f, "%d %s\n", 1, "one")), E(with_vfprintf(f, "%x\n", 255)), E(with_IO_vfprintf(f, "%o\n", 8)), E(_IO_fprintf(f, "%c\n", 'c')), E(fputs("text", f)), E(_IO_fputs("!", f)), E(fputc('x', f)), E(putc('y', f));
	E(_IO_putc('z', f)), E(fputc_unlocked('1', f)), E(putc_unlocked('2', f)), E(fputs_unlocked("34", f)), E(fwrite("567", 1, 3, f)), E(_IO_fwrite("8", 1, 1, f)), E(fwrite_unlocked("9", 1, 1, f)), E(putw(0x41424344, f)), E(__overflow(f, 'o'));
	E(__fpending(f)), E(__flbf(f)), E(!!__fwriting(f)), E(__freading(f)), E(__fwritable(f)), E(__freadable(f)), E(fflush_unlocked(f)), E(_IO_fflush(f)), E(__fpending(f));
	E(ftello(f)), E(ftello64(f)), E(__ftello64(f)), E(_IO_ftell(f)), E(fseeko(f, 2, SEEK_SET)), E(fseeko64(f, 1, SEEK_CUR)), E(__fseeko64(f, -1, SEEK_END)), E(fseek(f, -1000, SEEK_CUR)), E(fseek(f, 0, 9)), rewind(f);
	fpos_t pos; fpos64_t pos64;
	E(fgetpos(f, &pos)), E(fgetc(f)), E(fgetpos64(f, &pos64)), E(getc(f)), E(fsetpos(f, &pos)), E(_IO_getc(f)), E(fsetpos64(f, &pos64)), E(getc_unlocked(f)), E(_IO_fgetpos(f, &pos)), E(fgetc_unlocked(f)), E(_IO_fsetpos(f, &pos)), E(_IO_peekc_locked(f));
	E(fseek(f, 3, SEEK_SET)), E(__uflow(f));
	E(_IO_fgetpos64(f, &pos64)), E(_IO_fsetpos64(f, &pos64)), E(fgets(b, 5, f) != NULL), puts(b), E(fgets_unlocked(b, 5, f) != NULL), puts(b), E(_IO_fgets(b, 3, f) != NULL), puts(b), E(fread(b, 2, 2, f)), E(fread_unlocked(b, 1, 2, f)), E(_IO_fread(b, 1, 2, f)), E(getw(f));
	E(ungetc('u', f)), E(_IO_ungetc('v', f)), E(ungetc(EOF, f)), E(getc(f)), E(getc(f)), E(feof_unlocked(f)), E(ferror_unlocked(f)), E(fileno_unlocked(f) == fileno(f)), E(fread(b, 1, 100, f)), E(feof(f)), E(_IO_feof(f)), E(_IO_ferror(f)), clearerr_unlocked(f), E(feof(f)), clearerr(f);
	E(fseek(f, 0, SEEK_SET)), E(getline(&p, (size_t[]){ 0 }, f)), flockfile(f), E(ftrylockfile(f)), funlockfile(f), funlockfile(f), _IO_flockfile(f), E(_IO_ftrylockfile(f)), _IO_funlockfile(f), _IO_funlockfile(f), __fpurge(f), E(_IO_fclose(f));
	free(p);
	f = _IO_fopen(NAME, "r");
	E(fwide(f, 0)), E(fputc('x', f)), E(ferror(f)), E(fprintf(f, "x")), E(fseek(f, 3, SEEK_SET)), E(fgetc(f)), E(freopen64(NAME, "a", f) == f), E(fputs("end", f)), E(ftell(f)), E(fgetc(f)), fclose(f);
	f = _IO_fdopen(open(NAME, O_RDWR), "r+"), setbuf(f, NULL), E(fputc('Q', f)), setbuffer(f, b, 10), setlinebuf(f), _IO_setbuffer(f, b, 20), E(_IO_setvbuf(f, NULL, _IOFBF, 100)), E(setvbuf(f, NULL, 7, 0)), E(__flbf(f)), _flushlbf(), fclose(f);
	E(printf("%s", "printf\n")), E(with_vprintf("%d\n", 5)), E(_IO_printf("%d\n", 6)), E(_IO_puts("puts")), fflush(stdout), E(dprintf(1, "dprintf\n")), E(with_vdprintf(1, "%d\n", 7)), E(sprintf(b, "%5d", 3)), E(_IO_sprintf(b, "%s", "abc")), E(with_vsprintf(b, "%d", 5)), E(with_IO_vsprintf(b, "%d", 5));
	E(snprintf(b, 3, "%s", "abcdef")), puts(b), E(__snprintf(b, 4, "%s", "abcdef")), puts(b), E(with_vsnprintf(b, 2, "%d", 12345)), puts(b), E(asprintf(&p, "%d", 1)), free(p), E(__asprintf(&p, "%d", 22)), free(p), E(with_vasprintf(&p, "%s", "333")), free(p);
	E(putchar('A')), E(putchar_unlocked('\n')), E(fcloseall());
}

static void conversions(void)
{
	static const double d[] = { 1, 0.1, 5e-324, 1e-310, DBL_MAX, -0.0, INFINITY, NAN, 0x1.8p-1030, 123456.789 };
	static const long double l[] = { 1, 0.1L, 3.6e-4951L, 1e-4940L, LDBL_MAX, -0.0, 255, 0x1.8p-16390L, 65535.5L };

	for (int i = 0; i < 10; i++) {
		printf("%a %A %.0a %.3a %20a %-20a| %+a % a %#.0a %020a\n", d[i], d[i], d[i], d[i], d[i], d[i], d[i], d[i], d[i], d[i]);
		printf("%e %.0e %g %#g %.3f %10.2f %-12.1e| %+f %G %F\n", d[i], d[i], d[i], d[i], d[i], d[i], d[i], d[i], d[i], d[i]);
	}
	for (int i = 0; i < 9; i++)
		printf("%La %LA %.0La %.3La %.15La %.30La %Lg %.20Le\n", l[i], l[i], l[i], l[i], l[i], l[i], l[i], l[i]);
	printf("%p %10p %-10p| %s %.3s %10s\n", NULL, NULL, NULL, (char *)NULL, (char *)NULL, (char *)NULL);
	printf("%020p %.20p\n", (void *)16, (void *)16);
	printf("%'d %I5d %hhd %hd %jd %zd %td %ld %lld\n", 1234567, 5, 300, 70000, (intmax_t)-1, (size_t)9, (ptrdiff_t)-9, -5L, -6LL);
	printf("%#x %#o %#X %+d % d %05d %-5d| %.0d|%.5d %5.3d\n", 0, 0, 255, 5, 5, -5, 5, 0, 5, 5);
	printf("%2$s %1$s %2$*3$s\n", "a", "b", 5);
	printf("%5c%-5c|%lc%ls\n", 'a', 'b', (wint_t)L'w', L"wide");
	printf("%5%|%-5%|\n"), printf("%y %k\n");
	errno = ENOENT, printf("%m %10.3m\n");
	printf("%n", &(int){ 0 }), printf("%b %#b %B\n", 5, 5, 5);
	printf("%.*f %*d %-*d|\n", -1, 1.5, -5, 3, 4, 2);
}

static void scanning(void)
{
	int a = -1, b = -1, n = -1;
	char s[50] = "", *m = NULL;
	void *p = (void *)1;
	double d = 9;
	float f = 9;
	long double l = 9;
	long x = 9;

#define S(text, ...) (errno = 0, a = -1, d = 9, n = -1, memset(s, 0, 50), printf("%s: %d", text, sscanf(text, __VA_ARGS__)), printf(" %d\n", errno))
	S("12 0x1f 077", "%d %i %i", &a, &b, &n), printf("%d %d %d\n", a, b, n);
	S("0x.", "%lf%n", &d, &n), printf("%g %d\n", d, n), S("0x", "%x%n", &a, &n), printf("%d %d\n", a, n), S("0xg", "%i%s", &a, s), printf("%d %s\n", a, s), S("1e", "%lf%n", &d, &n), printf("%g %d\n", d, n), S("1e+", "%lf%s", &d, s), printf("%g %s\n", d, s);
	S("(nil)", "%p%n", &p, &n), printf("%p %d\n", p, n), S("0x1234", "%p", &p), printf("%p\n", p), S("(ni", "%p", &p);
	S("cab", "%[c-a]%n", s, &n), printf("%s %d\n", s, n), S("abc]d", "%[]abc]", s), printf("%s\n", s), S("xyz", "%[^y]", s), printf("%s\n", s), S("a-b", "%[a-]", s), printf("%s\n", s);
	S("hello world", "%m[a-z]%n", &m, &n), printf("%s %d\n", m, n), free(m), m = NULL, S("hello", "%ms", &m), printf("%s\n", m), free(m), m = NULL, S("hello", "%3mc", &m), printf("%.3s\n", m), free(m);
	S("1.5 2.5 3.5", "%f %lf %Lf", &f, &d, &l), printf("%g %g %Lg\n", f, d, l), S("inf", "%lf", &d), printf("%g\n", d), S("infinit", "%lf%n", &d, &n), printf("%g %d\n", d, n), S("nan(12)x", "%lf%n", &d, &n), printf("%d\n", n), S("-.5", "%lf", &d), printf("%g\n", d), S("0x1.8p3", "%lf", &d), printf("%g\n", d);
	S("", "%d", &a), S("  ", "%d", &a), S("x", "%d", &a), S("5", "%d%d", &a, &b), S("%", "%%%n", &n), printf("%d\n", n), S("12345", "%2d%3d", &a, &b), printf("%d %d\n", a, b), S("99999999999999999999", "%ld", &x), printf("%ld\n", x), S("-99999999999", "%d", &a), printf("%d\n", a);
	S("abc", "%2c%n", s, &n), printf("%s %d\n", s, n), S("a b", "%c%c%c", s, s + 1, s + 2), printf("%s\n", s), S("3 4", "%2$d %1$d", &a, &b), printf("%d %d\n", a, b), S("5 6", "%*d %d", &a), printf("%d\n", a), S("7", "%hhd", (signed char *)s), printf("%d\n", s[0]), S("  x", " %c", s), S("ab", "%1s%1s", s, s + 10), printf("%s %s\n", s, s + 10);
	S("0b101", "%i%s", &a, s), printf("%d %s\n", a, s), S("1,234", "%'d", &a), printf("%d\n", a), S("0x1p", "%lf%s", &d, s), printf("%g %s\n", d, s), S("1e400", "%lf", &d), printf("%g\n", d), S("1e-400", "%lf", &d), printf("%g\n", d), S("3e-324", "%lf", &d), printf("%g\n", d);
	E(with_vsscanf("5 x", "%d %s", &a, s)), E(with__vsscanf("6", "%d", &a)), E(_IO_sscanf("7", "%d", &a));
	FILE *t = tmpfile64();
	fputs("10 20 30 40 50", t), rewind(t);
	E(fscanf(t, "%d", &a)), E(with_vfscanf(t, "%d", &b)), E(with__vfscanf(t, "%d", &n)), printf("%d %d %d\n", a, b, n), E(ftell(t)), E(fclose(t));
	E(freopen(NAME, "w+", stdin) != NULL), fputs("1 2 3\nline\nabc", stdin), rewind(stdin), E(scanf("%d", &a)), E(with_vscanf("%d", &b)), printf("%d %d\n", a, b), E(getchar()), E(getchar_unlocked()), E(getchar());
}

static ssize_t cookie_read(void *c, char *b, size_t n) { return snprintf(b, n, "%s", (char *)c); }
static ssize_t cookie_write(void *c, const char *b, size_t n) { return printf("[%.*s]\n", (int)n, b), n; }
static int cookie_seek(void *c, off64_t *at, int how) { return *at = 7, how == SEEK_END ? -1 : 0; }
static int cookie_close(void *c) { return puts("closed"), 3; }

static void in_memory(void)
{
	char b[16] = "0123456789", *p = NULL;
	size_t n = 99;
	FILE *f = fmemopen(b, sizeof(b), "r+");

	E(fseek(f, 0, SEEK_END)), E(ftell(f)), E(fputs("abcdefgh", f)), E(fflush(f)), E(fputs("more and more", f)), E(fflush(f)), E(ftell(f)), E(fclose(f)), printf("%.16s\n", b);
	f = fmemopen(b, 5, "w"), E(b[0]), E(fputs("12", f)), E(fclose(f)), puts(b), f = fmemopen(b, 10, "a"), E(ftell(f)), E(fputs("zz", f)), fclose(f), puts(b), f = fmemopen(b, 0, "r"), E(f != NULL), f ? E(fgetc(f)) : 0;
	f = fmemopen(NULL, 8, "w+"), E(fputs("123456789", f)), E(fflush(f)), rewind(f), E(fgetc(f)), fclose(f), f = fmemopen(b, 4, "rb"), E(fread(b, 1, 10, f)), E(feof(f)), E(fseek(f, 5, SEEK_SET)), E(fseek(f, -1, SEEK_SET)), fclose(f);
	f = open_memstream(&p, &n), E(n), E(fputs("hello", f)), E(n), E(fflush(f)), printf("%s %zu\n", p, n), E(fseek(f, 10, SEEK_SET)), E(fputc('x', f)), E(fflush(f)), E(n), E(p[7]), E(fseek(f, 2, SEEK_SET)), E(fflush(f)), E(n), E(ftell(f)), E(fclose(f)), E(n), free(p);
	f = fopencookie("cookie", "r+", (cookie_io_functions_t){ cookie_read, cookie_write, cookie_seek, cookie_close });
	E(fgetc(f)), E(fileno(f)), E(fseek(f, 3, SEEK_SET)), E(fputs("text", f)), E(fflush(f)), E(fseek(f, 0, SEEK_END)), E(fclose(f));
}

static void full(void)
{
	FILE *f = fopen("/dev/full", "w");

	E(fprintf(f, "%d", 1)), E(fflush(f)), E(ferror(f)), E(fputc('x', f)), E(fclose(f)), f = fopen("/dev/full", "w"), setbuf(f, NULL), E(fprintf(f, "abc")), E(fputs("x", f)), E(fputc('x', f)), E(fwrite("abc", 1, 3, f)), E(fclose(f));
	f = fopen("/dev/full", "w"), setlinebuf(f), E(fputs("line\n", f)), E(puts("") < 0), E(fputs("none", f)), E(fclose(f));
	E(fopen("/nonexistent/x", "r") != NULL), E(fopen(NAME, "") != NULL), E(fopen(NAME, "z") != NULL), E(fopen("/", "w") != NULL), E(fopen(NAME, "r,ccs=UTF-8") != NULL), E(fopen(NAME, "re") != NULL);
	E(remove("/tmp/uk-none")), E(fclose(fopen(NAME, "wx") ?: fopen(NAME, "r")));
	FILE *u = fopen(NAME, "w+");
	for (int i = 0; i < 1; i++)
		E(ungetc('0' + i, u));
	E(fgetc(u)), E(fclose(u));
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	printing(), conversions(), scanning(), in_memory(), full();
	char name[L_tmpnam];
	E(tmpnam(name) != NULL), E(strncmp(name, "/tmp/file", 9)), E(tmpnam_r(name) == name), E(tempnam("/tmp", "abc") != NULL), E(*ctermid(NULL)), E(strlen(cuserid(NULL)) > 0);
	unlink(NAME);
	return 0;
}
