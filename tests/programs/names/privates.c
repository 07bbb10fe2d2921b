// What is private to glibc: only its own libraries ask for these. A newer glibc may have dropped some, so that the
// host's answers are in a file, made with glibc 2.36.
#define _GNU_SOURCE
#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <resolv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "show.h"

#define PRIVATE __attribute__((weak))

// Second names of calls that are no points of cancellation, or of old libraries.
extern int p_open(const char *, int, ...) NAMED(__open_nocancel) PRIVATE, p_open64(const char *, int, ...) NAMED(__open64_nocancel) PRIVATE, p_close(int) NAMED(__close_nocancel) PRIVATE;
extern ssize_t p_read(int, void *, size_t) NAMED(__read_nocancel) PRIVATE, p_write(int, const void *, size_t) NAMED(__write_nocancel) PRIVATE, p_pread(int, void *, size_t, off_t) NAMED(__pread64_nocancel) PRIVATE;
extern char *p_secure_getenv(const char *) NAMED(__libc_secure_getenv) PRIVATE;
extern int p_secure NAMED(__libc_enable_secure) PRIVATE;

static long got[8];
static char text[20];

// Each call of a thread that is cancelled is made, until one is a point of cancellation.
static void *uncancelled(void *arg)
{
	int fd;

	pthread_cancel(pthread_self());
	fd = p_open("/tmp/uk-names-privates", O_RDWR | O_CREAT | O_TRUNC, 0600);
	got[0] = p_write(fd, "abcdef", 6), got[1] = p_pread(fd, text, 2, 3), got[2] = p_read(fd, text, 9), got[3] = p_close(fd), got[4] = p_close(fd);
	fd = p_open64("/tmp/uk-names-privates", O_RDONLY), got[5] = p_read(fd, text + 5, 9), p_close(fd);
	errno = 0, got[6] = p_open("/tmp/uk-none", O_RDONLY), got[7] = errno;
	pthread_testcancel();
	return NULL;
}

static void calls(void)
{
	pthread_t t;
	void *result;

	pthread_create(&t, NULL, uncancelled, NULL), pthread_join(t, &result), E(result == PTHREAD_CANCELED);
	for (int i = 0; i < 8; i++)
		E(got[i]);
	T(text), T(text + 5), unlink("/tmp/uk-names-privates");
	setenv("UK_NAMES", "value", 1), T(p_secure_getenv("UK_NAMES")), E(p_secure);
}

// Backtraces.
extern int b_trace(void **, int) NAMED(__backtrace) PRIVATE;
extern char **b_symbols(void *const *, int) NAMED(__backtrace_symbols) PRIVATE;
extern void b_symbols_fd(void *const *, int, int) NAMED(__backtrace_symbols_fd) PRIVATE;

static void trace(void)
{
	void *frame[2];
	char text[2000] = "", **lines;
	int p[2];

	E(b_trace(frame, 2)), E((char *)frame[0] > (char *)trace && (char *)frame[0] < (char *)trace + 1000);
	lines = b_symbols(frame, 1), E(!strncmp(strrchr(lines[0], '/'), "/prog(", 6)), free(lines);
	pipe(p);
	b_symbols_fd(frame, 1, p[1]), close(p[1]);
	read(p[0], text, sizeof(text) - 1), close(p[0]);
	E(strchr(text, '\n')[1] == 0);
}

// The resolver's state, and what it holds, given up.
extern void iclose(res_state, bool) NAMED(__res_iclose) PRIVATE;

static void resolver(void)
{
	static struct __res_state state;

	res_ninit(&state), iclose(&state, true);
	E(!!(state.options & RES_INIT));
}

// Destructors of thread_local objects.
extern int __cxa_thread_atexit_impl(void (*)(void *), void *, void *);
extern void call_tls_dtors(void) NAMED(__call_tls_dtors) PRIVATE;
extern void *__dso_handle;

static void destroy(void *object) { printf("destroyed %s\n", (char *)object); }

static void thread_objects(void)
{
	__cxa_thread_atexit_impl(destroy, "first", &__dso_handle);
	__cxa_thread_atexit_impl(destroy, "second", &__dso_handle);
	call_tls_dtors(), printf("once\n"), call_tls_dtors();
	__cxa_thread_atexit_impl(destroy, "third", &__dso_handle);
}

// What modules of character sets call; there is nothing to replace here.
struct step { void *shlib, *rest[12]; };
extern int m_replace(struct step *, void *, const char *, const char **, const char *, char **, size_t *) NAMED(__gconv_transliterate) PRIVATE;
extern void m_count(void *) NAMED(_dl_mcount_wrapper_check) PRIVATE;

static void modules(void)
{
	struct step s = { NULL };
	const char *in = text;
	char *out = text;
	size_t replaced = 0;

	E(m_replace(&s, NULL, text, &in, text, &out, &replaced)), E(in == text && out == text && replaced == 0);
	m_count(modules);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	calls(), trace(), resolver(), thread_objects(), modules();
	return 0;
}
