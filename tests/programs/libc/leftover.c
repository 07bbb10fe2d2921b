// What is left of all families: messages to standard error, obstacks, attributes of processes that are not
// made, Unix sockets, character sets, variables, and a quick end.
#define _GNU_SOURCE
#include <argz.h>
#include <arpa/nameser.h>
#include <err.h>
#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <iconv.h>
#include <obstack.h>
#include <pthread.h>
#include <resolv.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/timeb.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <syslog.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>
#include <wordexp.h>

#define E(call) (errno = 0, shown = (long)(call), printf("%s: %ld %d\n", #call, shown, shown == -1 ? errno : 0))
#define T(text) (printf("%s: %s\n", #text, text))
#define D(type, name, ...) extern type name(__VA_ARGS__)
#define obstack_chunk_alloc malloc
#define obstack_chunk_free free
static long shown;
D(int, __posix_getopt, int, char *const *, const char *); D(int, __libc_sa_len, int); D(int, __b64_ntop, const unsigned char *, size_t, char *, size_t); D(int, __b64_pton, const char *, unsigned char *, size_t); D(int, __open, const char *, int, ...); D(int, __open64, const char *, int, ...); D(int, __libc_fcntl64, int, int, ...);
D(int, __socket, int, int, int); D(int, __connect, int, const void *, socklen_t); D(ssize_t, __send, int, const void *, size_t, int); D(ssize_t, __recv, int, void *, size_t, int); D(int, __sendmmsg, int, struct mmsghdr *, unsigned, int); D(int, __sigsuspend, const sigset_t *); D(int, __vwprintf_chk, int, const wchar_t *, va_list); D(int, __vfwprintf_chk, FILE *, int, const wchar_t *, va_list); D(int, __wprintf_chk, int, const wchar_t *, ...);
D(int, __obstack_vprintf_chk, struct obstack *, int, const char *, va_list); D(int, __cxa_at_quick_exit, void (*)(void *), void *); D(char *, __argz_next, const char *, size_t, const char *); D(char *, __gets_chk, char *, size_t);
extern int old_sscanf(const char *, const char *, ...) __asm__("sscanf"), old_scanf(const char *, ...) __asm__("scanf"), old_fscanf(FILE *, const char *, ...) __asm__("fscanf"), old_vsscanf(const char *, const char *, va_list) __asm__("vsscanf"), old_vscanf(const char *, va_list) __asm__("vscanf"), old_vfscanf(FILE *, const char *, va_list) __asm__("vfscanf");
#define VA(name, call) static int name(int n, ...) { va_list a; va_start(a, n); int r = call; va_end(a); return r; }
extern char **_environ;
static struct obstack o;
static int x;
VA(vwarn_, (vwarn("%d", a), 0)) VA(vwarnx_, (vwarnx("%d", a), 0)) VA(vsyslog_, (vsyslog(LOG_INFO, "%d", a), 0)) VA(vobstack, obstack_vprintf(&o, "%d", a)) VA(vobstack_chk, __obstack_vprintf_chk(&o, 1, "%d", a)) VA(vsscanf_, old_vsscanf("5", "%d", a)) VA(vscanf_, old_vscanf("%d", a)) VA(vfscanf_, old_vfscanf(stdin, "%d", a)) VA(vwprintf_, __vwprintf_chk(1, L"%d\n", a)) VA(vfwprintf_, __vfwprintf_chk(stderr, 1, L"%d\n", a)) VA(vprintf_, vprintf("%d\n", a))

static void *chunk(void *arg, size_t n) { return malloc(n); }
static void drop(void *arg, void *p) { free(p); }
static void bye(void *p) { write(2, "quick exit\n", 11); }

static void messages(void)
{
	error_print_progname = NULL, errno = 0;	/* tzset() leaves ENOENT where the zone is not packed */
	program_invocation_short_name = "short", program_invocation_name = "long";
	warn("warn %d", 1), warnx("warnx %d", 2), errno = ENOENT, vwarn_(0, 3), vwarnx_(0, 4), error(0, EACCES, "error %d", 5), error_at_line(0, 0, "file.c", 7, "at"), error_one_per_line = 1, error_at_line(0, 0, "file.c", 7, "at"), error_at_line(0, 0, "file.c", 7, "again"), error_at_line(0, ENOENT, "file.c", 8, "at"), E(error_message_count), vsyslog_(0, 1), herror("h");
	struct obstack b;
	char *p;
	obstack_init(&o), obstack_grow(&o, "abc", 3), E(obstack_printf(&o, "%d", 5)), E(vobstack(0, 6)), E(vobstack_chk(0, 7)), obstack_1grow(&o, 0), E(obstack_object_size(&o)), T((char *)obstack_finish(&o)), E(_obstack_memory_used(&o)), obstack_free(&o, NULL), E(obstack_alloc_failed_handler != NULL), E(obstack_exit_failure);
	E(_obstack_begin_1(&b, 100, 0, chunk, drop, NULL)), p = obstack_copy0(&b, "copied", 6), T(p), E(_obstack_allocated_p(&b, p)), obstack_free(&b, p);
	char *argv[] = { "prog", "arg", "-a", NULL };
	optind = 1, E(__posix_getopt(3, argv, "a")), E(optind), E(__libc_sa_len(AF_UNIX)), E(__b64_ntop((void *)"abcd", 4, (char[20]){ 0 }, 20)), E(__b64_pton("YWJj", (unsigned char[20]){ 0 }, 20)), E(__b64_pton("Y", (unsigned char[20]){ 0 }, 20)), E(gnu_dev_major(makedev(5, 6))), E(gnu_dev_minor(makedev(5, 6))), E(strlen(gnu_get_libc_version()) > 2), T(gnu_get_libc_release());
	E(environ == __environ), E(_environ == environ), E(atoi("5x")), E(atol("6")), E(atoll("7")), printf("%g\n", atof("1.5")), E(*(int *)bsearch(&(int){ 2 }, (int[]){ 1, 2 }, 2, 4, (int (*)(const void *, const void *))strcmp) == 2 || 1);
	E(strfromf32((char[20]){ 0 }, 20, "%g", 1.5)), E(strfromf64((char[20]){ 0 }, 20, "%.2f", 1.5)), E(strfromf32x((char[20]){ 0 }, 20, "%e", 1.5)), E(strfromf64x((char[20]){ 0 }, 20, "%a", 1.5)), printf("%g %g %g %Lg %g %g %g %Lg\n", (double)strtof32("1", NULL), (double)strtof64("2", NULL), (double)strtof32x("3", NULL), (long double)strtof64x("4", NULL), (double)wcstof32(L"5", NULL), (double)wcstof64(L"6", NULL), (double)wcstof32x(L"7", NULL), (long double)wcstof64x(L"8", NULL));
	E(old_sscanf("12", "%d", &x)), E(vsscanf_(0, &x)), E(x), E(setpgrp() == 0 || 1), E(ntp_gettime((struct ntptimeval[1]){ 0 }) >= 0), E(pthread_equal(pthread_self(), pthread_self())), E(thrd_equal(thrd_current(), thrd_current())), E(pthread_attr_getaffinity_np(&(pthread_attr_t){ 0 }, sizeof(cpu_set_t), (cpu_set_t[1]){ 0 })), timezone ? 0 : E(daylight);
	T(tzname[0]);
}

static void spawning(void)
{
	posix_spawnattr_t a;
	posix_spawn_file_actions_t f;
	sigset_t s;
	short flags;
	pid_t pid;
	int policy;

	E(posix_spawnattr_init(&a)), E(posix_spawnattr_setflags(&a, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_RESETIDS)), E(posix_spawnattr_getflags(&a, &flags)), E(flags), E(posix_spawnattr_setflags(&a, 0x4000)), E(posix_spawnattr_setpgroup(&a, 7)), E(posix_spawnattr_getpgroup(&a, &pid)), E(pid), sigemptyset(&s), sigaddset(&s, 5), E(posix_spawnattr_setsigmask(&a, &s)), E(posix_spawnattr_setsigdefault(&a, &s)), sigemptyset(&s), E(posix_spawnattr_getsigmask(&a, &s)), E(sigismember(&s, 5)), E(posix_spawnattr_getsigdefault(&a, &s)), E(sigismember(&s, 6)), E(posix_spawnattr_destroy(&a));
	E(posix_spawn_file_actions_init(&f)), E(posix_spawn_file_actions_addopen(&f, 5, "/x", 0, 0)), E(posix_spawn_file_actions_addopen(&f, -1, "/x", 0, 0)), E(posix_spawn_file_actions_addclose(&f, 6)), E(posix_spawn_file_actions_addclose(&f, -1)), E(posix_spawn_file_actions_adddup2(&f, 1, 2)), E(posix_spawn_file_actions_adddup2(&f, 1, -2)), E(posix_spawn_file_actions_addchdir_np(&f, "/")), E(posix_spawn_file_actions_addfchdir_np(&f, 3)), E(posix_spawn_file_actions_destroy(&f));
}

static void sockets(void)
{
	struct sockaddr_un un = { AF_UNIX, "/tmp/uk-leftover" };
	int l = __socket(AF_UNIX, SOCK_STREAM, 0), c = socket(AF_UNIX, SOCK_STREAM, 0), d, e;
	char b[10] = "";
	struct iovec v = { "xy", 2 };
	struct mmsghdr m = { { .msg_iov = &v, .msg_iovlen = 1 } };

	unlink(un.sun_path);
	E(bind(l, (void *)&un, sizeof(un))), E(listen(l, 5)), E(__connect(c, (void *)&un, sizeof(un))), E((d = accept(l, NULL, NULL)) >= 0), E(__send(c, "abc", 3, 0)), E(__recv(d, b, 10, 0)), T(b), E(__sendmmsg(c, &m, 1, 0)), E(m.msg_len), E(connect(e = socket(AF_UNIX, SOCK_STREAM, 0), (void *)&un, sizeof(un))), E(accept4(l, NULL, NULL, SOCK_CLOEXEC) >= 0), E(accept4(l, NULL, NULL, 0x12345)), E(connect(c, (void *)&un, 1)), E(bind(-1, NULL, 0)), E(listen(-1, 1)), E(socket(999, 1, 0)), unlink(un.sun_path);
	E((d = __open("/", O_RDONLY)) >= 0), E(__open64("/none", O_RDONLY)), E(__libc_fcntl64(d, F_GETFD)), E(lockf64(d, F_TEST, 0));
}

static void conversion(void)
{
	iconv_t c = iconv_open("UTF-16LE", "UTF-8");
	char in[] = "aé€", out[20], *i = in, *q = out;
	size_t n = strlen(in), room = 20;

	E(c != (iconv_t)-1), E(iconv(c, &i, &n, &q, &room)), E(n), E(room), E(out[2]), E(iconv(c, NULL, NULL, NULL, NULL)), i = "\xff", n = 1, E(iconv(c, &i, &n, &q, &room)), i = in, n = 3, room = 1, E(iconv(c, &i, &n, &q, &room)), E(iconv_close(c)), E(iconv_open("NONE", "UTF-8") == (iconv_t)-1);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	dup2(1, 2);
	setenv("TZ", "UTC", 1), tzset();
	messages(), spawning(), sockets(), conversion();
	FILE *f = fopen("/tmp/uk-leftover", "w+");
	fputs("1 2 3 4\n", f), rewind(f), E(old_fscanf(f, "%d", &x)), fclose(f), freopen("/tmp/uk-leftover", "r", stdin), E(old_scanf("%d", &x)), E(vscanf_(0, &x)), E(vfscanf_(0, &x)), E(x), E(getchar()), E(getchar_unlocked()), E(getc_unlocked(stdin)), E(fgetc_unlocked(stdin)), E(feof_unlocked(stdin)), E(ferror_unlocked(stdin)), rewind(stdin), E(fread_unlocked((char[5]){ 0 }, 1, 2, stdin)), E(getline(&(char *){ 0 }, (size_t[]){ 0 }, stdin)), rewind(stdin), E(__gets_chk((char[20]){ 0 }, 20) != NULL), unlink("/tmp/uk-leftover");
	E(vprintf_(0, 5)), E(putchar_unlocked('c')), E(putc_unlocked('\n', stdout)), E(fputc_unlocked('\n', stdout)), fflush(stdout);
	freopen("/dev/null", "w", stdout), E(__wprintf_chk(1, L"%d", 5)), E(vwprintf_(0, 6)), vfwprintf_(0, 7), fflush(stderr);
	dup2(2, 1), stdout = stderr;
	__cxa_at_quick_exit(bye, NULL);
	quick_exit(3);
}
