/* signalfd: details of signals, masks, poll and epoll, waiting, errors. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

static void show(const char *what, long r)
{
	printf("%s: %ld %s\n", what, r, r < 0 ? strerror(errno) : "");
}

static void *later(void *arg)
{
	usleep(10000);
	kill(getpid(), SIGUSR2);
	return NULL;
}

int main(void)
{
	struct signalfd_siginfo si[4];
	struct epoll_event ev = { EPOLLIN, { .u32 = 7 } }, got[2];
	sigset_t set, one;
	pthread_t t;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	printf("flags %d %d\n", (fcntl(fd, F_GETFL) & O_NONBLOCK) != 0, fcntl(fd, F_GETFD));
	show("empty", read(fd, si, sizeof si));
	show("short", read(fd, si, 100));
	show("write", write(fd, si, sizeof si));

	struct pollfd p = { fd, POLLIN | POLLOUT, 0 };
	show("poll", poll(&p, 1, 0));
	raise(SIGUSR1);
	kill(getpid(), SIGUSR2);
	show("poll", poll(&p, 1, -1));
	printf("events %x\n", p.revents);
	for (int i = 1; i <= 3; i++)
		sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = 100 + i });
	long n = read(fd, si, sizeof si);
	show("many", n);
	for (int i = 0; i < n / (long)sizeof *si; i++)
		printf("signal %d code %d pid %d value %d\n", (int)si[i].ssi_signo - (si[i].ssi_signo == SIGRTMIN ? SIGRTMIN : 0),
			si[i].ssi_code, si[i].ssi_pid == getpid(), si[i].ssi_int);
	n = read(fd, si, sizeof si);
	show("the last", n);
	printf("value %d\n", si[0].ssi_int);
	show("poll", poll(&p, 1, 0));

	sigemptyset(&one);
	sigaddset(&one, SIGUSR2);
	show("other mask", signalfd(fd, &one, 0) == fd);
	raise(SIGUSR1);
	show("masked", read(fd, si, sizeof si));
	signalfd(fd, &set, 0);
	show("seen", read(fd, si, sizeof si));

	int ep = epoll_create1(0);
	epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev);
	show("epoll", epoll_wait(ep, got, 2, 0));
	pthread_create(&t, NULL, later, NULL);
	show("epoll", epoll_wait(ep, got, 2, -1));
	pthread_join(t, NULL);
	show("read", read(fd, si, sizeof si));
	printf("signal %d\n", si[0].ssi_signo == SIGUSR2);

	fcntl(fd, F_SETFL, 0);
	pthread_create(&t, NULL, later, NULL);
	show("waited", read(fd, si, sizeof si));
	pthread_join(t, NULL);

	timer_t timer;
	struct sigevent sev = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN, .sigev_value.sival_int = 55 };
	struct itimerspec its = { { 0, 0 }, { 0, 1000000 } };
	timer_create(CLOCK_MONOTONIC, &sev, &timer);
	timer_settime(timer, 0, &its, NULL);
	show("timer", read(fd, si, sizeof si));
	printf("code %d value %d overrun %d\n", si[0].ssi_code, si[0].ssi_int, si[0].ssi_overrun);

	sigaddset(&set, SIGWINCH);	/* nothing happens by default; blocked by all, it waits */
	sigprocmask(SIG_BLOCK, &set, NULL);
	signalfd(fd, &set, 0);
	kill(getpid(), SIGWINCH);
	show("ignored by default", read(fd, si, sizeof si));
	kill(getpid(), SIGWINCH);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	show("poll", poll(&p, 1, 0));

	show("bad flags", signalfd(-1, &set, 1));
	show("bad fd", signalfd(99, &set, 0));
	show("not one", signalfd(0, &set, 0));
	show("seek", lseek(fd, 0, SEEK_SET));
	return 0;
}
