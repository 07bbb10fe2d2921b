/* epoll in its modes, eventfd, timerfd, signalfd. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

static void *poke(void *arg)
{
	uint64_t v = 3;

	usleep(10000);
	write(*(int *)arg, &v, 8);
	return NULL;
}

int main(void)
{
	int ep = epoll_create1(EPOLL_CLOEXEC), ev = eventfd(0, 0), p[2];
	struct epoll_event e = { EPOLLIN, { .u32 = 1 } }, got[4];
	uint64_t v = 5;
	char buf[10];
	pthread_t t;

	pipe(p);
	epoll_ctl(ep, EPOLL_CTL_ADD, ev, &e);
	e.events = EPOLLIN | EPOLLET;
	e.data.u32 = 2;
	epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &e);
	printf("twice %d", epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &e));
	printf(" %s\n", strerror(errno));
	printf("nothing %d\n", epoll_wait(ep, got, 4, 5));
	write(ev, &v, 8);
	printf("level %d", epoll_wait(ep, got, 4, -1));
	printf(" %d\n", got[0].data.u32);
	printf("level again %d\n", epoll_wait(ep, got, 4, 0));
	read(ev, &v, 8);
	printf("counter %lu\n", (unsigned long)v);
	write(p[1], "abc", 3);
	printf("edge %d", epoll_wait(ep, got, 4, -1));
	printf(" %d\n", got[0].data.u32);
	printf("edge again %d\n", epoll_wait(ep, got, 4, 0));
	write(p[1], "d", 1);
	printf("edge on more %d\n", epoll_wait(ep, got, 4, 0));
	read(p[0], buf, 10);
	e.events = EPOLLIN | EPOLLONESHOT;
	epoll_ctl(ep, EPOLL_CTL_MOD, p[0], &e);
	write(p[1], "e", 1);
	printf("once %d", epoll_wait(ep, got, 4, 0));
	printf(" %d\n", epoll_wait(ep, got, 4, 0));
	pthread_create(&t, NULL, poke, &ev);
	printf("woken %d", epoll_wait(ep, got, 4, -1));
	printf(" %d\n", got[0].data.u32);
	pthread_join(t, NULL);
	read(ev, &v, 8);
	printf("counter %lu\n", (unsigned long)v);
	printf("removed %d", epoll_ctl(ep, EPOLL_CTL_DEL, ev, NULL));
	printf(" %d\n", epoll_wait(ep, got, 4, 0));

	int sem = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
	read(sem, &v, 8);
	printf("semaphore %lu", (unsigned long)v);
	read(sem, &v, 8);
	printf(" %zd", read(sem, &v, 8));
	printf(" %s\n", strerror(errno));

	int tf = timerfd_create(CLOCK_MONOTONIC, 0);
	struct itimerspec its = { { 0, 2000000 }, { 0, 2000000 } };
	timerfd_settime(tf, 0, &its, NULL);
	e = (struct epoll_event){ EPOLLIN, { .u32 = 3 } };
	epoll_ctl(ep, EPOLL_CTL_ADD, tf, &e);
	printf("timer %d", epoll_wait(ep, got, 4, -1));
	printf(" %d\n", got[0].data.u32);
	printf("read %zd", read(tf, &v, 8));
	printf(" %d\n", v >= 1);

	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	int sf = signalfd(-1, &set, 0);
	raise(SIGUSR1);
	struct signalfd_siginfo si;
	printf("signalfd %zd", read(sf, &si, sizeof si));
	printf(" %d\n", si.ssi_signo == SIGUSR1);
	return 0;
}
