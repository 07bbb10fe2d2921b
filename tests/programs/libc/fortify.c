// Fortified functions: each where all fits, then each where it does not, which ends in SIGABRT and glibc's words.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <obstack.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <syslog.h>
#include <unistd.h>
#include <wchar.h>

#define E(call) (errno = 0, shown = (long)(call), printf("%s: %ld %d\n", #call, shown, errno))
#define T(text) (printf("%s: %s\n", #text, text))
#define W(text) (printf("%s: %ls\n", #text, text))
#define D(type, name, ...) extern type name(__VA_ARGS__)
static long shown;
static sigjmp_buf back;
static char b[64], big[] = "longer than the room that there is";
static wchar_t w[64], wide[] = L"longer than the room that there is";

D(char *, __stpcpy_chk, char *, const char *, size_t); D(char *, __stpncpy_chk, char *, const char *, size_t, size_t); D(char *, __strncpy_chk, char *, const char *, size_t, size_t); D(void *, __mempcpy_chk, void *, const void *, size_t, size_t); D(void, __explicit_bzero_chk, void *, size_t, size_t);
D(char *, __strcpy_chk, char *, const char *, size_t); D(char *, __strcat_chk, char *, const char *, size_t); D(char *, __strncat_chk, char *, const char *, size_t, size_t); D(void *, __memcpy_chk, void *, const void *, size_t, size_t); D(void *, __memmove_chk, void *, const void *, size_t, size_t); D(void *, __memset_chk, void *, int, size_t, size_t);
D(int, __asprintf_chk, char **, int, const char *, ...); D(int, __vasprintf_chk, char **, int, const char *, va_list); D(int, __dprintf_chk, int, int, const char *, ...); D(int, __vdprintf_chk, int, int, const char *, va_list); D(int, __fprintf_chk, FILE *, int, const char *, ...); D(int, __vfprintf_chk, FILE *, int, const char *, va_list); D(int, __vprintf_chk, int, const char *, va_list); D(int, __printf_chk, int, const char *, ...);
D(int, __snprintf_chk, char *, size_t, int, size_t, const char *, ...); D(int, __vsnprintf_chk, char *, size_t, int, size_t, const char *, va_list); D(int, __sprintf_chk, char *, int, size_t, const char *, ...); D(int, __vsprintf_chk, char *, int, size_t, const char *, va_list); D(void, __syslog_chk, int, int, const char *, ...); D(void, __vsyslog_chk, int, int, const char *, va_list);
D(int, __fwprintf_chk, FILE *, int, const wchar_t *, ...); D(int, __vfwprintf_chk, FILE *, int, const wchar_t *, va_list); D(int, __wprintf_chk, int, const wchar_t *, ...); D(int, __vwprintf_chk, int, const wchar_t *, va_list); D(int, __swprintf_chk, wchar_t *, size_t, int, size_t, const wchar_t *, ...); D(int, __vswprintf_chk, wchar_t *, size_t, int, size_t, const wchar_t *, va_list);
D(char *, __fgets_chk, char *, size_t, int, FILE *); D(char *, __fgets_unlocked_chk, char *, size_t, int, FILE *); D(wchar_t *, __fgetws_chk, wchar_t *, size_t, int, FILE *); D(wchar_t *, __fgetws_unlocked_chk, wchar_t *, size_t, int, FILE *); D(size_t, __fread_chk, void *, size_t, size_t, size_t, FILE *); D(size_t, __fread_unlocked_chk, void *, size_t, size_t, size_t, FILE *); D(char *, __gets_chk, char *, size_t);
D(ssize_t, __read_chk, int, void *, size_t, size_t); D(ssize_t, __pread_chk, int, void *, size_t, off_t, size_t); D(ssize_t, __pread64_chk, int, void *, size_t, off_t, size_t); D(ssize_t, __readlink_chk, const char *, char *, size_t, size_t); D(ssize_t, __readlinkat_chk, int, const char *, char *, size_t, size_t); D(ssize_t, __recv_chk, int, void *, size_t, size_t, int); D(ssize_t, __recvfrom_chk, int, void *, size_t, size_t, int, void *, void *);
D(char *, __getcwd_chk, char *, size_t, size_t); D(char *, __getwd_chk, char *, size_t); D(char *, __realpath_chk, const char *, char *, size_t); D(size_t, __confstr_chk, int, char *, size_t, size_t); D(int, __getgroups_chk, int, gid_t *, size_t); D(int, __gethostname_chk, char *, size_t, size_t); D(int, __getdomainname_chk, char *, size_t, size_t); D(int, __getlogin_r_chk, char *, size_t, size_t); D(int, __ttyname_r_chk, int, char *, size_t, size_t); D(int, __ptsname_r_chk, int, char *, size_t, size_t);
D(size_t, __mbstowcs_chk, wchar_t *, const char *, size_t, size_t); D(size_t, __wcstombs_chk, char *, const wchar_t *, size_t, size_t); D(size_t, __mbsrtowcs_chk, wchar_t *, const char **, size_t, mbstate_t *, size_t); D(size_t, __mbsnrtowcs_chk, wchar_t *, const char **, size_t, size_t, mbstate_t *, size_t); D(size_t, __wcsrtombs_chk, char *, const wchar_t **, size_t, mbstate_t *, size_t); D(size_t, __wcsnrtombs_chk, char *, const wchar_t **, size_t, size_t, mbstate_t *, size_t); D(size_t, __wcrtomb_chk, char *, wchar_t, mbstate_t *, size_t); D(int, __wctomb_chk, char *, wchar_t, size_t);
D(wchar_t *, __wcpcpy_chk, wchar_t *, const wchar_t *, size_t); D(wchar_t *, __wcpncpy_chk, wchar_t *, const wchar_t *, size_t, size_t); D(wchar_t *, __wcscat_chk, wchar_t *, const wchar_t *, size_t); D(wchar_t *, __wcscpy_chk, wchar_t *, const wchar_t *, size_t); D(wchar_t *, __wcsncat_chk, wchar_t *, const wchar_t *, size_t, size_t); D(wchar_t *, __wcsncpy_chk, wchar_t *, const wchar_t *, size_t, size_t); D(wchar_t *, __wmemcpy_chk, wchar_t *, const wchar_t *, size_t, size_t); D(wchar_t *, __wmemmove_chk, wchar_t *, const wchar_t *, size_t, size_t); D(wchar_t *, __wmempcpy_chk, wchar_t *, const wchar_t *, size_t, size_t); D(wchar_t *, __wmemset_chk, wchar_t *, wchar_t, size_t, size_t);
D(int, __open_2, const char *, int); D(int, __open64_2, const char *, int); D(int, __openat_2, int, const char *, int); D(int, __openat64_2, int, const char *, int); D(mqd_t, __mq_open_2, const char *, int); D(long, __fdelt_chk, long); D(long, __fdelt_warn, long); D(int, __poll_chk, struct pollfd *, nfds_t, int, size_t); D(int, __ppoll_chk, struct pollfd *, nfds_t, const struct timespec *, const sigset_t *, size_t);
D(int, __obstack_printf_chk, struct obstack *, int, const char *, ...); D(int, __obstack_vprintf_chk, struct obstack *, int, const char *, va_list); D(void, __longjmp_chk, jmp_buf, int); D(void, __chk_fail, void); D(void, __fortify_fail, const char *); D(void, __libc_fatal, const char *); D(void, __assert, const char *, const char *, int); D(void, __assert_perror_fail, int, const char *, unsigned, const char *);

#define VA(name, type, call) static int name(int n, ...) { va_list a; va_start(a, n); int r = call; va_end(a); return r; }
static char *made;
VA(vasprintf_, int, __vasprintf_chk(&made, 1, "%d", a)) VA(vdprintf_, int, __vdprintf_chk(1, 1, "%d\n", a)) VA(vfprintf_, int, __vfprintf_chk(stdout, 1, "%d\n", a)) VA(vprintf_, int, __vprintf_chk(1, "%d\n", a)) VA(vsnprintf_, int, __vsnprintf_chk(b, 10, 1, n, "%d", a)) VA(vsprintf_, int, __vsprintf_chk(b, 1, n, "%d", a))
VA(vswprintf_, int, __vswprintf_chk(w, 10, 1, n, L"%d", a)) VA(vfwprintf_, int, __vfwprintf_chk(stderr, 1, L"%d\n", a)) VA(vsyslog_, int, (__vsyslog_chk(LOG_INFO, 1, "%d", a), 0))

static void aborted(int s) { siglongjmp(back, 1); }
#define DIES(call) do { signal(SIGABRT, aborted); if (!sigsetjmp(back, 1)) { printf("%s: ", #call), fflush(stdout); call; puts("goes on"); } else { puts("aborts"); } } while (0)

static void fits(void)
{
	int fd = open("/tmp/uk-fortify", O_RDWR | O_CREAT | O_TRUNC, 0600), s[2];
	FILE *f = fdopen(fd, "w+");
	const char *m;
	const wchar_t *ws;
	mbstate_t st = { 0 };

	E(__stpcpy_chk(b, "ab", 3) - b), E(__stpncpy_chk(b, "abc", 2, 2) - b), T(__strncpy_chk(b, "xyz", 4, 4)), E((char *)__mempcpy_chk(b, "123", 3, 3) - b), __explicit_bzero_chk(b, 2, 2), E(b[2]), T(__strcpy_chk(b, "c", 2)), T(__strcat_chk(b, "d", 3)), T(__strncat_chk(b, "efg", 1, 4)), T((char *)__memcpy_chk(b, "m", 2, 2)), T((char *)__memmove_chk(b, "n", 2, 2)), E(*(char *)__memset_chk(b, 65, 2, 2));
	E(__asprintf_chk(&made, 1, "%s", "x")), E(vasprintf_(0, 5)), T(made), E(__dprintf_chk(1, 1, "d\n")), E(vdprintf_(0, 5)), E(__fprintf_chk(f, 1, "%s", "line one\nline two\nwide \303\251\nlast\n")), E(vfprintf_(0, 6)), E(vprintf_(0, 7)), E(__printf_chk(1, "p\n")), E(__snprintf_chk(b, 5, 1, 5, "%s", "12345678")), E(vsnprintf_(10, 8)), T(b), E(__sprintf_chk(b, 1, 3, "%d", 12)), E(vsprintf_(5, 99)), T(b);
	E(__swprintf_chk(w, 5, 1, 5, L"%d", 5)), E(vswprintf_(10, 5)), W(w), fflush(f), rewind(f), T(__fgets_chk(b, 64, 64, f)), T(__fgets_unlocked_chk(b, 64, 64, f)), rewind(f), E(__fread_chk(b, 10, 1, 9, f)), E(__fread_unlocked_chk(b, 10, 1, 2, f)), E(__read_chk(fd, b, 1, 1)), E(__pread_chk(fd, b, 4, 0, 4)), E(__pread64_chk(fd, b, 4, 5, 4)), T(b);
	symlink("target", "/tmp/uk-fortify-link"), E(__readlink_chk("/tmp/uk-fortify-link", b, 6, 6)), E(__readlinkat_chk(AT_FDCWD, "/tmp/uk-fortify-link", b, 6, 6)), unlink("/tmp/uk-fortify-link"), socketpair(AF_UNIX, SOCK_STREAM, 0, s), write(s[0], "abcdef", 6), E(__recv_chk(s[1], b, 3, 3, 0)), E(__recvfrom_chk(s[1], b, 3, 3, 0, NULL, NULL)), chdir("/"), T(__getcwd_chk(b, 10, 10)), T(__realpath_chk("/tmp/..", (char[4096]){ 0 }, 4096)), E(__getwd_chk((char[4096]){ 0 }, 4096) != NULL), E(__confstr_chk(0, b, 10, 10)), E(__getgroups_chk(16, (gid_t[16]){ 0 }, 64) >= 0), E(__gethostname_chk(b, 64, 64)), E(__getdomainname_chk(b, 64, 64)), E(__ttyname_r_chk(fd, b, 64, 64)), E(__ptsname_r_chk(fd, b, 64, 64));
	E(__mbstowcs_chk(w, "abc", 4, 4)), E(__wcstombs_chk(b, L"abc", 4, 4)), m = "ab", E(__mbsrtowcs_chk(w, &m, 3, &st, 3)), m = "ab", E(__mbsnrtowcs_chk(w, &m, 2, 3, &st, 3)), ws = L"ab", E(__wcsrtombs_chk(b, &ws, 3, &st, 3)), ws = L"ab", E(__wcsnrtombs_chk(b, &ws, 2, 3, &st, 3)), E(__wcrtomb_chk(b, L'a', &st, 16)), E(__wctomb_chk(b, L'a', 16)), E(__wcpcpy_chk(w, L"ab", 3) - w), E(__wcpncpy_chk(w, L"ab", 2, 2) - w), W(__wcscpy_chk(w, L"c", 2)), W(__wcscat_chk(w, L"d", 3)), W(__wcsncat_chk(w, L"ef", 1, 4)), W(__wcsncpy_chk(w, L"g", 2, 2)), W(__wmemcpy_chk(w, L"h", 2, 2)), W(__wmemmove_chk(w, L"i", 2, 2)), E(__wmempcpy_chk(w, L"j", 2, 2) - w), E(*__wmemset_chk(w, 65, 2, 2));
	E(__open_2("/", O_RDONLY) >= 0), E(__open64_2("/none", O_RDONLY)), E(__openat_2(AT_FDCWD, "/none", O_RDONLY)), E(__openat64_2(AT_FDCWD, "/none", O_RDONLY)), E(__mq_open_2("/uk-none", O_RDONLY)), E(__fdelt_chk(65)), E(__fdelt_warn(130)), E(__poll_chk((struct pollfd[]){ { -1 } }, 1, 0, 8)), E(__ppoll_chk((struct pollfd[]){ { -1 } }, 1, &(struct timespec){ 0 }, NULL, 8));
	f = freopen("/tmp/uk-fortify", "w+", f), E(__fwprintf_chk(f, 1, L"%d wide\nmore\n", 5)), rewind(f), W(__fgetws_chk(w, 64, 64, f)), W(__fgetws_unlocked_chk(w, 64, 64, f)), fclose(f), unlink("/tmp/uk-fortify"), __syslog_chk(LOG_INFO, 1, "x"), vsyslog_(0, 1);
}

static void overflows(void)
{
	int fd = open("/dev/zero", O_RDWR);
	FILE *f = fdopen(fd, "r");
	const char *m = big;
	const wchar_t *ws = wide;
	mbstate_t st = { 0 };
	gid_t g[1];

	DIES(__strcpy_chk(b, big, 5)); DIES(__strcat_chk(b, big, 5)); DIES(__strncpy_chk(b, big, 6, 5)); DIES(__strncat_chk(b, big, 9, 5)); DIES(__stpcpy_chk(b, big, 5)); DIES(__stpncpy_chk(b, big, 6, 5)); DIES(__memcpy_chk(b, big, 6, 5)); DIES(__memmove_chk(b, big, 6, 5)); DIES(__mempcpy_chk(b, big, 6, 5)); DIES(__memset_chk(b, 0, 6, 5)); DIES(__explicit_bzero_chk(b, 6, 5));
	DIES(__sprintf_chk(b, 1, 5, "%s", big)); DIES(__snprintf_chk(b, 6, 1, 5, "%s", big)); DIES(vsprintf_(2, 12345)); DIES(vsnprintf_(2, 12345)); DIES(__swprintf_chk(w, 6, 1, 5, L"%s", big)); DIES(vswprintf_(2, 12345)); DIES(__fgets_chk(b, 5, 6, f)); DIES(__fgets_unlocked_chk(b, 5, 6, f)); DIES(__fgetws_chk(w, 5, 6, f)); DIES(__fgetws_unlocked_chk(w, 5, 6, f)); DIES(__fread_chk(b, 5, 1, 6, f)); DIES(__fread_unlocked_chk(b, 5, 2, 3, f)); DIES(__read_chk(fd, b, 6, 5)); DIES(__pread_chk(fd, b, 6, 0, 5)); DIES(__pread64_chk(fd, b, 6, 0, 5)); DIES(__readlink_chk("/", b, 6, 5)); DIES(__readlinkat_chk(fd, "/", b, 6, 5)); DIES(__recv_chk(fd, b, 6, 5, 0)); DIES(__recvfrom_chk(fd, b, 6, 5, 0, NULL, NULL));
	DIES(__getcwd_chk(b, 6, 5)); DIES(__realpath_chk("/", b, 5)); DIES(__confstr_chk(0, b, 6, 5)); DIES(__getgroups_chk(2, g, 4)); DIES(__gethostname_chk(b, 6, 5)); DIES(__getdomainname_chk(b, 6, 5)); DIES(__getlogin_r_chk(b, 6, 5)); DIES(__ttyname_r_chk(fd, b, 6, 5)); DIES(__ptsname_r_chk(fd, b, 6, 5)); DIES(__mbstowcs_chk(w, big, 6, 5)); DIES(__wcstombs_chk(b, wide, 6, 5)); DIES(__mbsrtowcs_chk(w, &m, 6, &st, 5)); DIES(__mbsnrtowcs_chk(w, &m, 6, 6, &st, 5)); DIES(__wcsrtombs_chk(b, &ws, 6, &st, 5)); DIES(__wcsnrtombs_chk(b, &ws, 6, 6, &st, 5)); DIES(__wcrtomb_chk(b, L'a', &st, 0)); DIES(__wctomb_chk(b, L'a', 0));
	DIES(__wcpcpy_chk(w, wide, 5)); DIES(__wcpncpy_chk(w, wide, 6, 5)); DIES(__wcscpy_chk(w, wide, 5)); DIES(__wcscat_chk(w, wide, 5)); DIES(__wcsncat_chk(w, wide, 9, 5)); DIES(__wcsncpy_chk(w, wide, 6, 5)); DIES(__wmemcpy_chk(w, wide, 6, 5)); DIES(__wmemmove_chk(w, wide, 6, 5)); DIES(__wmempcpy_chk(w, wide, 6, 5)); DIES(__wmemset_chk(w, 0, 6, 5)); DIES(__open_2("/x", O_CREAT)); DIES(__open64_2("/x", O_CREAT)); DIES(__openat_2(fd, "x", O_CREAT)); DIES(__openat64_2(fd, "x", O_CREAT)); DIES(__mq_open_2("/x", O_CREAT)); DIES(__poll_chk((struct pollfd[]){ { -1 } }, 2, 0, 8)); DIES(__ppoll_chk((struct pollfd[]){ { -1 } }, 2, NULL, NULL, 8));
	char writes[] = "%d%%%5n\n", harmless[] = "%%n%d\n";
	wchar_t wide_writes[] = L"%2$*1$n";
	int count = 0;
	DIES(__snprintf_chk(b, 5, 1, 5, writes, 1, &count)); DIES(__fprintf_chk(stderr, 1, writes, 1, &count)); DIES(__swprintf_chk(w, 5, 1, 5, wide_writes, 1, &count)); DIES(__snprintf_chk(b, 5, 0, 5, writes, 1, &count)); DIES(__snprintf_chk(b, 5, 1, 5, harmless, 1)); DIES(__snprintf_chk(b, 5, 1, 5, "%d%n\n", 1, &count)); printf("%d\n", count);
	DIES(__chk_fail()); DIES(__fortify_fail("a text")); DIES(__libc_fatal("fatal text\n")); DIES(__assert("expr", "file.c", 5)); DIES(__assert_perror_fail(2, "file.c", 6, "function"));
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	dup2(1, 2);
	fits();
	jmp_buf here;
	if (!setjmp(here))
		__longjmp_chk(here, 3);
	puts("jumped");
	overflows();
	return 0;
}
