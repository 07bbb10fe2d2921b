/* Signal-driven I/O: who owns a file, which files signal, and what the signals say. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* The call itself: the C library hides negative owners. */
static long fc(int fd, int cmd, long arg)
{
	long r = syscall(SYS_fcntl, fd, cmd, arg);

	return r < 0 && errno < 100 ? -errno : r;
}

static int ioc(int fd, unsigned long cmd, int arg)
{
	return ioctl(fd, cmd, &arg) ? -errno : arg;
}

static const char *who(long id)
{
	return id == getpid() ? "me" : id == -getpgrp() ? "my group" : id == 0 ? "nobody" : id < 0 ? "error" : "another";
}

static void kinds(const char *name, int fd)
{
	int flags = fcntl(fd, F_GETFL);
	struct f_owner_ex o = { 9, 9 };
	long set = fc(fd, F_SETFL, flags | O_ASYNC), on = !!(fcntl(fd, F_GETFL) & O_ASYNC);
	long again = ioc(fd, FIOASYNC, 1), get = fc(fd, F_GETOWN_EX, (long)&o), off = ioc(fd, FIOASYNC, 0);

	printf("%s: F_SETFL %ld, on %ld, FIOASYNC %ld %ld, off %d, FIOGETOWN %d, owner %ld %d %s\n", name, set, on, again, off,
		!(fcntl(fd, F_GETFL) & O_ASYNC), ioc(fd, FIOGETOWN, 5) < 0, get, o.type, who(o.pid));
	close(fd);
}

static void all_kinds(void)
{
	int p[2], s[2];
	sigset_t none;

	sigemptyset(&none);
	pipe(p);
	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	kinds("pipe's reader", p[0]);
	kinds("pipe's writer", p[1]);
	kinds("socket", s[0]);
	kinds("eventfd", eventfd(0, 0));
	kinds("signalfd", signalfd(-1, &none, 0));
	kinds("timerfd", timerfd_create(CLOCK_MONOTONIC, 0));
	kinds("epoll", epoll_create1(0));
	kinds("inotify", inotify_init());
	kinds("null", open("/dev/null", O_RDWR));
	kinds("zero", open("/dev/zero", O_RDWR));
	kinds("urandom", open("/dev/urandom", O_RDONLY));
	kinds("folder", open("/tmp", O_RDONLY));
	kinds("file", open("/tmp/async.test", O_RDWR | O_CREAT, 0600));
	kinds("file with O_ASYNC", open("/tmp/async.test", O_RDWR | O_ASYNC));
	unlink("/tmp/async.test");
	close(s[1]);
}

static void tell_owner(const char *what, int fd, long err)
{
	struct f_owner_ex o = { 9, 9 };
	long own = fc(fd, F_GETOWN, 0);

	fc(fd, F_GETOWN_EX, (long)&o);
	if (o.type == F_OWNER_PGRP)	/* too like an error */
		own = -o.pid;
	printf("%s: %ld, owner %s, %d %s\n", what, err, who(own), o.type, who(o.type == F_OWNER_PGRP ? -o.pid : o.pid));
}

static long own_ex(int fd, int type, int id)
{
	struct f_owner_ex o = { type, id };

	return fc(fd, F_SETOWN_EX, (long)&o);
}

static void owners(void)
{
	int s[2];

	socketpair(AF_UNIX, SOCK_SEQPACKET, 0, s);
	tell_owner("at first", s[0], 0);
	tell_owner("nobody's number", s[0], fc(s[0], F_SETOWN, 12345678));
	tell_owner("no group", s[0], fc(s[0], F_SETOWN, -12345678));
	tell_owner("INT_MIN", s[0], fc(s[0], F_SETOWN, 0x80000000));
	tell_owner("process", s[0], fc(s[0], F_SETOWN, getpid()));
	tell_owner("none", s[0], fc(s[0], F_SETOWN, 0));
	tell_owner("group", s[0], fc(s[0], F_SETOWN, -getpgrp()));
	tell_owner("type", s[0], own_ex(s[0], 3, getpid()));
	tell_owner("type -1", s[0], own_ex(s[0], -1, getpid()));
	tell_owner("thread -1", s[0], own_ex(s[0], F_OWNER_TID, -1));
	tell_owner("thread", s[0], own_ex(s[0], F_OWNER_TID, gettid()));
	tell_owner("process -1", s[0], own_ex(s[0], F_OWNER_PID, -1));
	tell_owner("process", s[0], own_ex(s[0], F_OWNER_PID, getpid()));
	tell_owner("group -1", s[0], own_ex(s[0], F_OWNER_PGRP, -1));
	tell_owner("group", s[0], own_ex(s[0], F_OWNER_PGRP, getpgrp()));
	tell_owner("no group", s[0], own_ex(s[0], F_OWNER_PGRP, 0));
	tell_owner("bad address", s[0], fc(s[0], F_SETOWN_EX, 8));
	printf("F_GETOWN_EX %ld\n", fc(s[0], F_GETOWN_EX, 8));
	printf("FIOSETOWN %d %s, %d\n", ioc(s[0], FIOSETOWN, getpid()) == getpid(), who(ioc(s[0], FIOGETOWN, 0)), ioc(s[0], FIOSETOWN, 12345678));
	printf("SIOCSPGRP %d %s\n", ioc(s[0], SIOCSPGRP, -getpgrp()) == -getpgrp(), who(ioc(s[0], SIOCGPGRP, 0)));
	printf("F_SETSIG %ld %ld %ld", fc(s[0], F_GETSIG, 0), fc(s[0], F_SETSIG, SIGUSR1), fc(s[0], F_GETSIG, 0));
	printf(" %ld %ld %ld", fc(s[0], F_SETSIG, 65), fc(s[0], F_SETSIG, -1), fc(s[0], F_GETSIG, 0));
	printf(" %ld %ld\n", fc(s[0], F_SETSIG, 0), fc(s[0], F_GETSIG, 0));
	int path = open("/tmp", O_PATH);
	printf("O_PATH %ld %ld %ld\n", fc(path, F_GETOWN, 0), fc(path, F_SETOWN, 0), fc(path, F_GETSIG, 0));
	close(path);
	close(s[0]);
	close(s[1]);
}

static volatile int got, last_signal, last_code, last_fd, last_tid;
static volatile long last_band;

static void handler(int sig, siginfo_t *info, void *context)
{
	got++;
	last_signal = sig;
	last_code = info->si_code;
	last_fd = info->si_fd;
	last_band = info->si_band;
	last_tid = gettid();
}

static void tell(const char *what, int details)
{
	printf("%s: %d signals", what, got);
	if (got)
		printf(", %s code %d, on the owner %d", last_signal == SIGIO ? "SIGIO" : last_signal == SIGUSR1 ? "SIGUSR1" :
			last_signal == SIGRTMIN ? "SIGRTMIN" : "another", last_code, last_tid == getpid());
	if (got && details)
		printf(", fd %d band %#lx", last_fd, last_band);
	printf("\n");
	got = 0;
}

static void enable(int fd, int sig)
{
	fcntl(fd, F_SETOWN, getpid());
	fcntl(fd, F_SETSIG, sig);
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_ASYNC);
}

static void pipes(void)
{
	char buf[70000] = "";
	int p[2];

	pipe2(p, O_NONBLOCK);
	write(p[1], "x", 1);
	tell("not asked for", 0);
	enable(p[0], 0);
	tell("ready when asked for", 0);
	write(p[1], "x", 1);
	tell("SIGIO", 0);
	fcntl(p[0], F_SETSIG, SIGIO);
	write(p[1], "x", 1);
	tell("SIGIO asked for", 1);
	fcntl(p[0], F_SETSIG, SIGRTMIN);
	write(p[1], "x", 1);
	tell("SIGRTMIN", 1);
	int d = dup(p[0]);
	enable(d, SIGUSR1);
	write(p[1], "x", 1);
	tell("another descriptor of it", 1);
	close(p[0]);
	write(p[1], "x", 1);
	tell("the first one closed", 1);
	fcntl(d, F_SETOWN, 0);
	write(p[1], "x", 1);
	tell("no owner", 1);
	fcntl(d, F_SETOWN, -getpgrp());
	write(p[1], "x", 1);
	tell("group", 1);
	fcntl(d, F_SETFL, O_NONBLOCK);
	write(p[1], "x", 1);
	tell("off", 1);
	while (write(p[1], buf, 4096) > 0)
		;
	enable(p[1], SIGUSR1);
	read(d, buf, sizeof(buf));
	tell("writer", 1);
	close(d);
	tell("reader gone", 1);
	close(p[1]);
	tell("closed", 1);
}

static void *other_thread(void *fd)
{
	got = 0;
	write(*(int *)fd, "x", 1);
	return NULL;
}

static void sockets(void)
{
	int s[2];
	pthread_t t;
	char c;

	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	own_ex(s[0], F_OWNER_TID, gettid());
	fcntl(s[0], F_SETSIG, SIGUSR1);
	ioc(s[0], FIOASYNC, 1);
	pthread_create(&t, NULL, other_thread, &s[1]);
	pthread_join(t, NULL);
	tell("socket, of a thread", 1);
	read(s[0], &c, 1);
	got = 0;
	ioc(s[0], FIOASYNC, 0);
	write(s[1], "x", 1);
	tell("off", 1);
	read(s[0], &c, 1);
	ioc(s[0], FIOASYNC, 1);
	close(s[1]);
	tell("peer gone", 1);
	close(s[0]);
}

static void by_signalfd(void)
{
	struct signalfd_siginfo info = { 0 };
	sigset_t set;
	int p[2];

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	int fd = signalfd(-1, &set, SFD_NONBLOCK);
	pipe(p);
	enable(p[0], SIGUSR1);
	write(p[1], "x", 1);
	printf("signalfd %zd:", read(fd, &info, sizeof(info)));
	printf(" %u code %d fd %d band %#x\n", info.ssi_signo, info.ssi_code, info.ssi_fd == p[0], info.ssi_band);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

int main(void)
{
	struct sigaction sa = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };

	setvbuf(stdout, NULL, _IONBF, 0);
	setpgid(0, 0);		/* signals for the group are for nobody else */
	sigaction(SIGIO, &sa, NULL);
	sigaction(SIGUSR1, &sa, NULL);
	sigaction(SIGRTMIN, &sa, NULL);
	all_kinds();
	owners();
	pipes();
	sockets();
	by_signalfd();
	return 0;
}
