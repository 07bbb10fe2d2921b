/* Queues of signals, who takes them, their siginfo, masks across handlers, alternate stacks. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/time.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* Both libc's leave these alone. */
#undef SIGRTMIN
#define SIGRTMIN 40

static int took[64], values[64], taken;

static void note(int sig, siginfo_t *i, void *c)
{
	took[taken] = sig;
	values[taken++] = i->si_code == SI_QUEUE ? i->si_value.sival_int : i->si_code;
}

static void catch(int sig, int flags, void (*h)(int, siginfo_t *, void *))
{
	struct sigaction a = { .sa_sigaction = h, .sa_flags = SA_SIGINFO | flags };
	sigemptyset(&a.sa_mask);
	if (sigaction(sig, &a, NULL))
		printf("sigaction: %m\n");
}

static void mask(int how, int sig, ...)
{
	sigset_t s;
	sigemptyset(&s);
	for (int *p = (int[]){ SIGUSR1, SIGUSR2, SIGRTMIN, SIGRTMIN + 1, SIGRTMIN + 2, SIGTERM, 0 }; *p; p++)
		if (!sig || *p == sig)
			sigaddset(&s, *p);
	sigprocmask(how, &s, NULL);
}

static void queued(int sig, int v)
{
	if (sigqueue(getpid(), sig, (union sigval){ .sival_int = v }))
		printf("sigqueue: %m\n");
}

static const char *who(int pid) { return pid == getpid() ? "me" : pid ? "other" : "0"; }

static void order(void)
{
	puts("--- order");
	catch(SIGUSR1, 0, note), catch(SIGUSR2, 0, note), catch(SIGRTMIN, 0, note), catch(SIGRTMIN + 1, 0, note), catch(SIGRTMIN + 2, 0, note);
	mask(SIG_BLOCK, 0);
	for (int i = 0; i < 3; i++) {
		queued(SIGRTMIN + 2, 10 + i);
		queued(SIGRTMIN, 20 + i);
		queued(SIGUSR2, 30 + i);
		queued(SIGUSR1, 40 + i);
	}
	pthread_kill(pthread_self(), SIGRTMIN);
	syscall(SYS_tgkill, getpid(), gettid(), SIGUSR1);
	sigset_t p;
	sigpending(&p);
	for (int s = 1; s < 64; s++)
		if (sigismember(&p, s))
			printf("pending %d\n", s);
	mask(SIG_UNBLOCK, 0);
	for (int i = 0; i < taken; i++)
		printf("%d %d\n", took[i], values[i]);
	taken = 0;
}

static void waited(void)
{
	sigset_t s;
	siginfo_t i;
	struct timespec none = { 0 }, bad = { 0, 1000000000 };

	puts("--- sigtimedwait");
	mask(SIG_BLOCK, 0);
	sigemptyset(&s);
	sigaddset(&s, SIGUSR1), sigaddset(&s, SIGRTMIN), sigaddset(&s, SIGRTMIN + 1);
	printf("%d ", sigtimedwait(&s, &i, &none)), printf("%m\n");
	printf("%d ", sigtimedwait(&s, &i, &bad)), printf("%m\n");
	queued(SIGRTMIN + 1, 1), queued(SIGRTMIN, 2), queued(SIGRTMIN, 3), queued(SIGUSR2, 4);
	for (int k = 0; k < 3; k++) {
		memset(&i, 0xff, sizeof(i));
		int sig = sigtimedwait(&s, &i, &none);
		printf("%d signo %d errno %d code %d value %d pid %s uid %d\n", sig, i.si_signo, i.si_errno, i.si_code, i.si_value.sival_int, who(i.si_pid), i.si_uid);
	}
	kill(getpid(), SIGUSR1);
	int sig = sigwaitinfo(&s, &i);
	printf("%d code %d pid %s\n", sig, i.si_code, who(i.si_pid));
	raise(SIGUSR1);
	sig = sigwaitinfo(&s, &i);
	printf("%d code %d pid %s\n", sig, i.si_code, who(i.si_pid));
	printf("sigwait %d %d\n", sigwait((sigemptyset(&s), sigaddset(&s, SIGUSR2), &s), &sig), sig);
	mask(SIG_UNBLOCK, 0);
	printf("handlers ran %d\n", taken);
}

static pthread_t main_thread;
static int delay_signal;
static void *later(void *arg)
{
	struct timespec t = { 0, 20000000 };
	nanosleep(&t, NULL);
	if (arg)
		pthread_kill(main_thread, delay_signal);
	else
		kill(getpid(), delay_signal);
	return NULL;
}

static pthread_t send_later(int sig, int direct)
{
	pthread_t t;
	sigset_t all, was;
	delay_signal = sig;
	main_thread = pthread_self();
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &was);
	pthread_create(&t, NULL, later, (void *)(long)direct);
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	return t;
}

static void unblocked(void)
{
	sigset_t s;
	siginfo_t i;
	struct timespec t = { 5, 0 };

	puts("--- unblocked signal in sigtimedwait");
	for (int direct = 0; direct < 2; direct++) {
		taken = 0;
		sigemptyset(&s), sigaddset(&s, SIGUSR1);
		pthread_t th = send_later(SIGUSR1, direct);
		int sig = sigtimedwait(&s, &i, &t);
		printf("%d code %d, handlers ran %d\n", sig, i.si_code, taken);
		pthread_join(th, NULL);
		/* another signal, with a handler, interrupts */
		th = send_later(SIGUSR2, direct);
		sig = sigtimedwait(&s, &i, &t);
		printf("%d %s, handlers ran %d\n", sig, sig < 0 ? strerror(errno) : "", taken);
		pthread_join(th, NULL);
	}
	taken = 0;
}

static volatile sig_atomic_t in_handler;
static void masks_handler(int sig, siginfo_t *i, void *c)
{
	sigset_t now;
	sigprocmask(SIG_BLOCK, NULL, &now);
	printf("in handler of %d:", sig);
	for (int s = 1; s < 64; s++)
		if (sigismember(&now, s))
			printf(" %d", s);
	puts("");
	if (!in_handler++) {
		raise(sig == SIGUSR1 ? SIGUSR2 : SIGUSR1);
		puts("raised");
	}
}

static void masks(void)
{
	puts("--- masks");
	struct sigaction a = { .sa_sigaction = masks_handler, .sa_flags = SA_SIGINFO };
	sigemptyset(&a.sa_mask);
	sigaddset(&a.sa_mask, SIGUSR2);
	sigaction(SIGUSR1, &a, NULL);
	catch(SIGUSR2, SA_NODEFER, masks_handler);
	raise(SIGUSR1);
	in_handler = 0;
	raise(SIGUSR2);
	catch(SIGUSR1, SA_RESETHAND, note);
	raise(SIGUSR1);
	sigaction(SIGUSR1, NULL, &a);
	printf("reset %d flags %x\n", a.sa_handler == SIG_DFL, a.sa_flags & ~0x04000000);
	printf("invalid: %d", sigaction(SIGKILL, &a, NULL)), printf(" %m\n");
	printf("invalid: %d", sigaction(0, &a, NULL)), printf(" %m\n");
	printf("invalid: %d", sigaction(65, NULL, &a)), printf(" %m\n");
	printf("asking: %d\n", sigaction(SIGKILL, NULL, &a));
	taken = 0;
}

static char stack[65536] __attribute__((aligned(64)));
static void on_stack(int sig, siginfo_t *i, void *c)
{
	stack_t now;
	char here;
	printf("on it %d ", &here > stack && &here < stack + sizeof(stack));
	sigaltstack(NULL, &now);
	printf("flags %x; ", now.ss_flags);
	now.ss_flags = 0;
	now.ss_sp = stack;
	now.ss_size = sizeof(stack);
	printf("set %d", sigaltstack(&now, NULL)), printf(" %m; ");
	now.ss_flags = SS_DISABLE;
	errno = 0;
	printf("disable %d", sigaltstack(&now, NULL)), printf(" %m\n");
}

static void stacks(void)
{
	stack_t s = { .ss_sp = stack, .ss_size = sizeof(stack) }, old;
	puts("--- stacks");
	catch(SIGUSR1, SA_ONSTACK, on_stack);
	printf("%d\n", sigaltstack(&s, NULL));
	raise(SIGUSR1);
	sigaltstack(NULL, &old);
	printf("%d %x %zu\n", old.ss_sp == stack, old.ss_flags, old.ss_size);
	s.ss_flags = 1 << 31;	/* SS_AUTODISARM */
	printf("%d\n", sigaltstack(&s, NULL));
	raise(SIGUSR1);
	sigaltstack(NULL, &old);
	printf("%x\n", old.ss_flags);
	s.ss_flags = SS_ONSTACK;
	printf("%d\n", sigaltstack(&s, NULL));
	raise(SIGUSR1);
	s.ss_flags = 0, s.ss_size = 100;
	errno = 0;
	printf("small %d", sigaltstack(&s, NULL)), printf(" %m\n");
	s.ss_flags = 7, s.ss_size = 65536;
	printf("flags %d", sigaltstack(&s, NULL)), printf(" %m\n");
	s.ss_flags = SS_DISABLE;
	printf("%d", sigaltstack(&s, NULL));
	sigaltstack(NULL, &old);
	printf(" %x\n", old.ss_flags);
}

static void arguments(void)
{
	puts("--- arguments");
#define T(e) do { errno = 0; long r = (e); printf("%s = %ld %s\n", #e, r, r < 0 ? strerror(errno) : ""); } while (0)
	T(kill(getpid(), 0)); T(kill(getpid(), 65)); T(kill(getpid(), -1)); T(kill(0x7ffffffe, 0)); T(kill(0x7ffffffe, 65)); T(kill(INT_MIN, 0));
	T(kill(-0x7ffffffe, 0));
	T(syscall(SYS_tkill, gettid(), 0)); T(syscall(SYS_tkill, 0, 0)); T(syscall(SYS_tkill, -1, 0)); T(syscall(SYS_tkill, 0x7ffffffe, 0)); T(syscall(SYS_tkill, gettid(), 65)); T(syscall(SYS_tkill, 0x7ffffffe, 65));
	T(syscall(SYS_tgkill, getpid(), gettid(), 0)); T(syscall(SYS_tgkill, 0, gettid(), 0)); T(syscall(SYS_tgkill, getpid(), 0, 0)); T(syscall(SYS_tgkill, 0x7ffffffe, gettid(), 0)); T(syscall(SYS_tgkill, getpid(), gettid(), 65)); T(syscall(SYS_tgkill, getpid(), 0x7ffffffe, 0)); T(syscall(SYS_tgkill, -1, -1, 0));
	siginfo_t i = { .si_code = SI_QUEUE };
	T(syscall(SYS_rt_sigqueueinfo, getpid(), 0, &i)); T(syscall(SYS_rt_sigqueueinfo, getpid(), 65, &i)); T(syscall(SYS_rt_sigqueueinfo, 0x7ffffffe, 0, &i));
	i.si_code = SI_USER;
	T(syscall(SYS_rt_sigqueueinfo, getpid(), 0, &i)); T(syscall(SYS_rt_tgsigqueueinfo, getpid(), gettid(), 0, &i)); T(syscall(SYS_rt_tgsigqueueinfo, 0, gettid(), 0, &i)); T(syscall(SYS_rt_tgsigqueueinfo, getpid(), 0x7ffffffe, 0, &i));
	T(syscall(SYS_rt_sigprocmask, 77, NULL, NULL, 8)); T(syscall(SYS_rt_sigprocmask, 77, &i, NULL, 8)); T(syscall(SYS_rt_sigprocmask, 0, NULL, NULL, 7));
	T(syscall(SYS_rt_sigpending, &i, 9)); T(syscall(SYS_rt_sigpending, &i, 4)); T(syscall(SYS_rt_sigsuspend, &i, 4)); T(syscall(SYS_rt_sigtimedwait, &i, NULL, NULL, 4)); T(syscall(SYS_rt_sigaction, SIGUSR1, NULL, NULL, 4));
	int status = 0;
	T(syscall(SYS_wait4, -1, &status, 0, NULL)); T(syscall(SYS_wait4, -1, &status, WNOHANG, NULL)); T(syscall(SYS_wait4, 0x7ffffffe, &status, 0, NULL)); T(syscall(SYS_wait4, -1, &status, 0x1000, NULL)); T(syscall(SYS_wait4, INT_MIN, &status, 0, NULL)); T(syscall(SYS_wait4, 0, &status, 0, NULL));
	T(syscall(SYS_waitid, P_ALL, 0, &i, WEXITED, NULL)); T(syscall(SYS_waitid, P_ALL, 0, &i, 0, NULL)); T(syscall(SYS_waitid, 77, 0, &i, WEXITED, NULL)); T(syscall(SYS_waitid, P_PID, 0, &i, WEXITED, NULL)); T(syscall(SYS_waitid, P_PID, -1, &i, WEXITED, NULL)); T(syscall(SYS_waitid, P_PGID, -1, &i, WEXITED, NULL)); T(syscall(SYS_waitid, P_PID, 0x7ffffffe, &i, WEXITED | WNOHANG, NULL)); T(syscall(SYS_waitid, P_PIDFD, -1, &i, WEXITED, NULL)); T(syscall(SYS_waitid, P_PIDFD, 0, &i, WEXITED, NULL)); T(syscall(SYS_waitid, P_ALL, 0, &i, WEXITED | 0x100, NULL));
	T(wait(&status)); T(waitpid(-1, &status, WNOHANG)); T(waitpid(-1, &status, 0x1000));
	struct itimerval v = { .it_value.tv_usec = 1000000 };
	T(setitimer(3, &v, NULL)); T(setitimer(0, &v, NULL)); T(getitimer(3, &v));
	timer_t id;
	struct sigevent e = { .sigev_notify = 77 };
	T(syscall(SYS_timer_create, 99, NULL, &id)); T(syscall(SYS_timer_create, CLOCK_MONOTONIC, &e, &id));
	e.sigev_notify = SIGEV_SIGNAL, e.sigev_signo = 65; T(syscall(SYS_timer_create, CLOCK_MONOTONIC, &e, &id));
	e.sigev_signo = 0; T(syscall(SYS_timer_create, CLOCK_MONOTONIC, &e, &id));
	T(syscall(SYS_timer_settime, 99, 0, &v, NULL)); T(syscall(SYS_timer_gettime, 99, &v)); T(syscall(SYS_timer_getoverrun, 99)); T(syscall(SYS_timer_delete, 99)); T(syscall(SYS_timer_settime, 99, 0, NULL, NULL));
}

static void overruns(void)
{
	struct sigevent e = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 1, .sigev_value.sival_int = 77 };
	struct itimerspec s = { { 0, 1000000 }, { 0, 1000000 } };
	struct timespec t = { 0, 30000000 };
	int id;
	siginfo_t i;
	sigset_t set;

	puts("--- overruns");
	mask(SIG_BLOCK, 0);
	printf("%ld\n", syscall(SYS_timer_create, CLOCK_MONOTONIC, &e, &id));
	syscall(SYS_timer_settime, id, 0, &s, NULL);
	nanosleep(&t, NULL);
	sigemptyset(&set), sigaddset(&set, SIGRTMIN + 1);
	int sig = sigwaitinfo(&set, &i);
	printf("%d code %d value %d id %d overruns %d same %d\n", sig, i.si_code, i.si_value.sival_int, i.si_timerid == id, i.si_overrun > 10, syscall(SYS_timer_getoverrun, id) == i.si_overrun);
	memset(&s, 0, sizeof(s));
	syscall(SYS_timer_settime, id, 0, &s, NULL);
	syscall(SYS_timer_delete, id);
	printf("%ld\n", syscall(SYS_timer_delete, id));
	struct timespec none = { 0 };
	printf("left %d\n", sigtimedwait(&set, &i, &none) > 0);
	/* the default event */
	sigaddset(&set, SIGALRM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, &id);
	s.it_value.tv_nsec = 1000;
	syscall(SYS_timer_settime, id, 0, &s, NULL);
	sig = sigwaitinfo(&set, &i);
	printf("%d code %d value %d overrun %d\n", sig, i.si_code, i.si_value.sival_int == id, i.si_overrun);
	syscall(SYS_timer_delete, id);
	alarm(1);
	printf("alarm was %d\n", alarm(0) > 0);
	struct itimerval v = { { 0, 0 }, { 0, 1000 } };
	setitimer(ITIMER_REAL, &v, NULL);
	sig = sigwaitinfo(&set, &i);
	printf("%d code %d pid %d\n", sig, i.si_code, i.si_pid);
	mask(SIG_UNBLOCK, 0);
}

/* Each timer has a signal of its own, though it is a standard one; what kill() sends is merged with them. */
static void several(void)
{
	struct sigevent e = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	struct itimerspec s = { .it_value = { 0, 1000 } };
	struct timespec t = { 0, 10000000 }, none = { 0 };
	int id[3];
	siginfo_t i;
	sigset_t set;

	puts("--- several timers");
	sigemptyset(&set), sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (int n = 0; n < 3; n++) {
		e.sigev_value.sival_int = n;
		syscall(SYS_timer_create, CLOCK_MONOTONIC, &e, &id[n]);
		s.it_value.tv_nsec += 1000;
		syscall(SYS_timer_settime, id[n], 0, &s, NULL);
	}
	nanosleep(&t, NULL);
	kill(getpid(), SIGUSR1);
	while (sigtimedwait(&set, &i, &none) > 0)
		printf("code %d value %d overrun %d\n", i.si_code, i.si_value.sival_int, i.si_overrun);
	for (int n = 0; n < 3; n++)
		syscall(SYS_timer_delete, id[n]);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	order(), waited(), unblocked(), masks(), stacks(), arguments(), overruns(), several();
	return 0;
}
