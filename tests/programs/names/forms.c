// Names that headers make macros or inline functions of, second names of one function, old versions that only programs
// of long ago ask for, and variables under each of their names.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <execinfo.h>
#include <libintl.h>
#include <math.h>
#include <obstack.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timeb.h>
#include <sys/timex.h>
#include <threads.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>
#include "show.h"

static void byte_order(void)
{
	E((htons)(0x1234) == (ntohs)(0x1234));
	E((htons)(0x1234));
	E((htonl)(0x12345678));
	E((ntohl)(0x01020304));
}

static void messages(void)
{
	E(strcmp((gettext)("text"), "text"));
	E(strcmp((dgettext)("uk-none", "text"), "text"));
	E(strcmp((ngettext)("one", "many", 1), "one"));
	E(strcmp((ngettext)("one", "many", 2), "many"));
	E(strcmp((dngettext)("uk-none", "one", "many", 0), "many"));
}

// The macro setjmp() leaves the signal mask alone. The function of that name keeps it, as BSD's does.
static void jumps(void)
{
	static jmp_buf b;
	static volatile int n;
	sigset_t s;

	n = 0;
	if (E((setjmp)(b)), n++ < 2)
		_longjmp(b, n == 2 ? 0 : 7);
	sigemptyset(&s), sigaddset(&s, SIGUSR1);
	n = 0;
	if (!(setjmp)(b)) {
		sigprocmask(SIG_BLOCK, &s, NULL);
		longjmp(b, 1);
	}
	sigprocmask(SIG_BLOCK, NULL, &s);
	E(sigismember(&s, SIGUSR1));
	sigprocmask(SIG_UNBLOCK, &s, NULL);
}

static ucontext_t there;
static void arrived(void)
{
	printf("in the context\n");
	fflush(stdout);
	_Exit(5);
}

static void context(void)
{
	static char stack[65536];

	getcontext(&there);
	there.uc_stack.ss_sp = stack;
	there.uc_stack.ss_size = sizeof(stack);
	makecontext(&there, arrived, 0);
	E(setcontext(&there));
}

extern void old_obstack_free(struct obstack *, void *) NAMED(_obstack_free);
static void *chunk(size_t n) { return malloc(n); }
#define obstack_chunk_alloc chunk
#define obstack_chunk_free free

static void obstacks(void)
{
	struct obstack o;
	char *first, *second;

	obstack_init(&o);
	first = obstack_copy0(&o, "first", 5);
	second = obstack_copy0(&o, "second", 6);
	T(second);
	old_obstack_free(&o, second);
	E((char *)obstack_copy0(&o, "third", 5) == second);
	T(first);
	T(second);
	old_obstack_free(&o, NULL);
}

extern char **environ_alias NAMED(_environ);
extern char **environ_plain NAMED(environ);
extern int underscored_signgam NAMED(__signgam);
extern int getdate_error NAMED(getdate_err);

static void variables(void)
{
	E(environ_alias == environ_plain && environ_plain == __environ);
	setenv("UK_NAMES", "1", 1);
	E(environ_alias == environ_plain && environ_plain == __environ);
	setenv("TZ", "XST3XDT", 1);
	tzset();
	E(timezone), E(daylight), T(tzname[0]), T(tzname[1]);
	E(timezone == __timezone && daylight == __daylight && tzname[0] == __tzname[0]);
	lgamma(-0.5);
	E(signgam);
	signgam = 1;
	unsetenv("DATEMSK");
	E(getdate("x") != NULL), E(getdate_error), E(getdate_err);
	E(strcmp(program_invocation_name, program_invocation_short_name) != 0);
	E(strcmp(strrchr(program_invocation_name, '/') + 1, program_invocation_short_name));
}

extern void old_cfree(void *);
VERSION(old_cfree, cfree, GLIBC_2.2.5);
extern int old_stime(const time_t *);
VERSION(old_stime, stime, GLIBC_2.2.5);
extern int old_ftime(struct timeb *);
VERSION(old_ftime, ftime, GLIBC_2.2.5);
extern int old_yield(void);
VERSION(old_yield, pthread_yield, GLIBC_2.2.5);
extern int old_consistent(pthread_mutex_t *);
VERSION(old_consistent, pthread_mutex_consistent_np, GLIBC_2.4);
extern int old_getrobust(const pthread_mutexattr_t *, int *);
VERSION(old_getrobust, pthread_mutexattr_getrobust_np, GLIBC_2.4);
extern int old_setrobust(pthread_mutexattr_t *, int);
VERSION(old_setrobust, pthread_mutexattr_setrobust_np, GLIBC_2.4);
extern int old_atfork(void (*)(void), void (*)(void), void (*)(void));
VERSION(old_atfork, pthread_atfork, GLIBC_2.2.5);

static pthread_mutex_t robust;
static void *die_holding(void *arg)
{
	pthread_mutex_lock(&robust);
	return NULL;
}

static void old_versions(void)
{
	pthread_mutexattr_t a;
	pthread_t t;
	struct timeb b;
	int n = 0;

	old_cfree(malloc(10)), old_cfree(NULL);
	E(old_yield());
	E(old_ftime(&b)), E(b.time - time(NULL) <= 0 && b.millitm < 1000);
	pthread_mutexattr_init(&a);
	E(old_setrobust(&a, 7)), E(old_setrobust(&a, PTHREAD_MUTEX_ROBUST)), E(old_getrobust(&a, &n)), E(n);
	pthread_mutex_init(&robust, &a);
	E(old_consistent(&robust));
	pthread_create(&t, NULL, die_holding, NULL), pthread_join(t, NULL);
	E(pthread_mutex_lock(&robust)), E(old_consistent(&robust)), E(pthread_mutex_unlock(&robust));
	E(pthread_mutex_lock(&robust)), E(pthread_mutex_unlock(&robust));
	E(old_atfork(NULL, NULL, NULL));
}

static void streams(void)
{
	FILE *f = fopen("/tmp/uk-names-forms", "w+");

	E(setvbuf(f, NULL, _IOFBF, 1000)), E(__fbufsize(f) > 0);
	E(__fsetlocking(f, FSETLOCKING_QUERY)), E(__fsetlocking(f, FSETLOCKING_BYCALLER)), E(__fsetlocking(f, FSETLOCKING_QUERY));
	fclose(f), unlink("/tmp/uk-names-forms");
}

static void control_messages(void)
{
	static struct cmsghdr *(*volatile next)(struct msghdr *, struct cmsghdr *) = __cmsg_nxthdr;
	char control[CMSG_SPACE(4) * 2] = "";
	struct msghdr m = { .msg_control = control, .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_len = CMSG_LEN(4), E((char *)next(&m, c) - control);
	((struct cmsghdr *)(control + CMSG_SPACE(4)))->cmsg_len = CMSG_LEN(4);
	E((char *)next(&m, c) - control);
	c->cmsg_len = sizeof(control), E(next(&m, c) != NULL);
	c->cmsg_len = 5, E(next(&m, c) != NULL);
}

static cnd_t cond;
static mtx_t mutex;
static int ready;
static int wake(void *arg)
{
	mtx_lock(&mutex), ready = 1, cnd_signal(&cond), mtx_unlock(&mutex);
	return 3;
}

static void waits(void)
{
	thrd_t t;
	int result = 0;

	mtx_init(&mutex, mtx_plain), cnd_init(&cond);
	mtx_lock(&mutex);
	thrd_create(&t, wake, NULL);
	while (!ready)
		result |= cnd_wait(&cond, &mutex);
	E(result);
	mtx_unlock(&mutex), thrd_join(t, &result), E(result);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	byte_order(), messages(), jumps(), obstacks(), variables(), old_versions(), streams(), control_messages(), waits();
	context();
	return 1;
}
