/* Signals, and files that tell of them. */
#include "effects.h"
#include <sys/signalfd.h>

static sigset_t usr2(void)
{
	sigset_t s;

	sigemptyset(&s), sigaddset(&s, SIGUSR2);
	return s;
}

static void hold(int how)
{
	sigset_t s = usr2();

	sigprocmask(how, &s, NULL);
}

/* Takes SIGUSR2, where one waits, and says what was sent with it. */
static bool take(siginfo_t *i)
{
	struct timespec none = { 0 };
	sigset_t s = usr2();
	bool got = C(rt_sigtimedwait, &s, i, &none, 8) == SIGUSR2;	/* glibc's function changes SI_TKILL */

	hold(SIG_UNBLOCK);
	return got;
}

EFFECT(rt_sigprocmask)
{
	sigset_t s = usr2();
	siginfo_t i;
	bool set = !C(rt_sigprocmask, SIG_BLOCK, &s, NULL, 8) && field("/proc/thread-self/status", "SigBlk") >> (SIGUSR2 - 1) & 1;

	raise(SIGUSR2);
	return take(&i) && set && !C(rt_sigprocmask, SIG_UNBLOCK, &s, NULL, 8) && !(field("/proc/thread-self/status", "SigBlk") >> (SIGUSR2 - 1) & 1);
}

EFFECT(rt_sigreturn)	/* the end of each handler */
{
	sigset_t s;

	catch(SIGUSR2);
	raise(SIGUSR2);
	sigprocmask(SIG_SETMASK, NULL, &s);
	return caught == 1 && !sigismember(&s, SIGUSR2);
}

EFFECT(rt_sigtimedwait)
{
	struct timespec none = { 0 };
	sigset_t s = usr2();

	hold(SIG_BLOCK);
	raise(SIGUSR2);
	bool taken = C(rt_sigtimedwait, &s, NULL, &none, 8) == SIGUSR2 && C(rt_sigtimedwait, &s, NULL, &none, 8) < 0 && errno == EAGAIN;
	hold(SIG_UNBLOCK);
	return taken;
}

EFFECT(rt_sigsuspend)
{
	sigset_t none;

	sigemptyset(&none);
	catch(SIGUSR2);
	hold(SIG_BLOCK);
	raise(SIGUSR2);
	bool before = !caught, now = C(rt_sigsuspend, &none, 8) < 0 && errno == EINTR && caught == 1;
	raise(SIGUSR2);
	bool blocked = caught == 1;
	hold(SIG_UNBLOCK);
	return before && now && blocked;
}

static siginfo_t with_value(void)
{
	siginfo_t i = { .si_code = SI_QUEUE };

	i.si_value.sival_int = 77;
	return i;
}

EFFECT(rt_sigqueueinfo) { siginfo_t i = with_value(); hold(SIG_BLOCK); return !C(rt_sigqueueinfo, getpid(), SIGUSR2, &i) && take(&i) && i.si_value.sival_int == 77; }
EFFECT(rt_tgsigqueueinfo) { siginfo_t i = with_value(); hold(SIG_BLOCK); return !C(rt_tgsigqueueinfo, getpid(), gettid(), SIGUSR2, &i) && take(&i) && i.si_value.sival_int == 77; }
EFFECT(tkill) { siginfo_t i; hold(SIG_BLOCK); return !C(tkill, gettid(), SIGUSR2) && take(&i) && i.si_code == SI_TKILL; }
EFFECT(tgkill) { siginfo_t i; hold(SIG_BLOCK); return !C(tgkill, getpid(), gettid(), SIGUSR2) && take(&i) && i.si_code == SI_TKILL; }

static volatile bool was_within;
static char stack[65536] __attribute__((aligned(16)));

static void where(int sig)
{
	char here = sig;

	was_within = (uintptr_t)&here - (uintptr_t)stack < sizeof stack;
}

EFFECT(sigaltstack)
{
	stack_t s = { .ss_sp = stack, .ss_size = sizeof stack }, off = { .ss_flags = SS_DISABLE };
	struct sigaction a = { .sa_handler = where, .sa_flags = SA_ONSTACK };
	bool set = !C(sigaltstack, &s, NULL);

	sigaction(SIGUSR2, &a, NULL);
	raise(SIGUSR2);
	set = set && was_within && !C(sigaltstack, &off, NULL);
	raise(SIGUSR2);
	return set && !was_within;
}

static void *send_until_caught(void *target)
{
	while (!caught) {
		syscall(SYS_tgkill, getpid(), (int)(long)target, SIGUSR2);
		usleep(1000);
	}
	return NULL;
}

EFFECT(pause)
{
	pthread_t t;

	catch(SIGUSR2);
	hold(SIG_UNBLOCK);
	if (pthread_create(&t, NULL, send_until_caught, (void *)(long)gettid()))
		return false;
	while (!caught)		/* the first one may come before it sleeps */
		if (C(pause) >= 0 || errno != EINTR)
			return false;
	return !pthread_join(t, NULL);
}

static bool tells(int fd)
{
	struct signalfd_siginfo i = { 0 };
	siginfo_t left;

	raise(SIGUSR2);
	return read(fd, &i, sizeof i) == sizeof i && i.ssi_signo == SIGUSR2 && !take(&left);
}

EFFECT(signalfd) { sigset_t s = usr2(); hold(SIG_BLOCK); return tells(C(signalfd, -1, &s, 8)); }
EFFECT(signalfd4) { sigset_t s = usr2(); hold(SIG_BLOCK); int fd = C(signalfd4, -1, &s, 8, SFD_NONBLOCK | SFD_CLOEXEC); return tells(fd) && fcntl(fd, F_GETFD) == FD_CLOEXEC && fcntl(fd, F_GETFL) & O_NONBLOCK; }

static int self(void) { return C(pidfd_open, getpid(), 0); }

EFFECT(pidfd_open)
{
	char path[64];
	int fd = self();

	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
	return field(path, "Pid") == getpid() && fcntl(fd, F_GETFD) == FD_CLOEXEC;
}

/* HOW, or not at all, to the program itself. */
static bool sends(int fd, const char *how)
{
	siginfo_t i;

	hold(SIG_BLOCK);
	int error = C(pidfd_send_signal, fd, SIGUSR2, NULL, 0) ? errno : 0;
	return take(&i) == !error && (*how ? !error && i.si_code == SI_USER : error == EBADF);
}

EFFECT(pidfd_send_signal)
{
	char path[32];

	snprintf(path, sizeof path, "/proc/%d", getpid());
	return sends(self(), "a pidfd") && sends(open(path, O_RDONLY | O_DIRECTORY), "a folder in /proc") && sends(open("/proc", O_RDONLY), "") && sends(open("/proc/self/fd", O_RDONLY), "");
}

EFFECT(pidfd_getfd)
{
	int fd = new_file("abc"), other = C(pidfd_getfd, self(), fd, 0);

	return other >= 0 && other != fd && lseek(fd, 2, SEEK_SET) == 2 && lseek(other, 0, SEEK_CUR) == 2 && fcntl(other, F_GETFD) == FD_CLOEXEC;
}

NONE(rt_sigpending, "only reads");
