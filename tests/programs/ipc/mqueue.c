// POSIX message queues, call by call (mq_overview(7)).
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define SAY(call) say(#call, (errno = 0, (long)(call)))

static void say(const char *what, long r)
{
	printf("%s: %ld%s%s\n", what, r > 2 ? 3 : r, r == -1 ? " " : "", r == -1 ? strerrorname_np(errno) : "");
}

static char name[40];
static mqd_t q;
static sem_t told;
static int told_value;

static void show(mqd_t q)
{
	struct mq_attr a;

	if (mq_getattr(q, &a))
		printf("attributes: %s\n", strerrorname_np(errno));
	else
		printf("attributes: flags %lo max %ld size %ld now %ld\n", a.mq_flags, a.mq_maxmsg, a.mq_msgsize, a.mq_curmsgs);
}

static void get(void)
{
	char text[8192];
	unsigned priority = 0;
	ssize_t n = mq_receive(q, text, sizeof(text), &priority);

	if (n < 0)
		printf("get: %s\n", strerrorname_np(errno));
	else
		printf("get: %zd %u %.*s\n", n, priority, (int)n, text);
}

static void events(const char *when)
{
	struct pollfd p = { q, POLLIN | POLLOUT, 0 };

	poll(&p, 1, 0);
	printf("%s: events %x\n", when, p.revents);
}

static void on_signal(int sig, siginfo_t *i, void *unused)
{
	printf("signal: code %d value %d pid %d uid %d\n", i->si_code, i->si_value.sival_int, i->si_pid == getpid(), i->si_uid == getuid());
}

static void on_message(union sigval v)
{
	told_value = v.sival_int;
	sem_post(&told);
}

static void nothing(int sig)
{
}

#include "asleep.h"

static void *receiver(void *unused)
{
	waiter = syscall(SYS_gettid);
	char text[64];
	ssize_t n = mq_receive(q, text, sizeof(text), NULL);

	return (void *)(n < 0 ? -errno : n);
}

static void names(void)
{
	char longest[300];

	SAY(mq_open(name, O_RDWR));
	SAY(mq_open("name", O_RDWR | O_CREAT, 0600, NULL));
	SAY(mq_open("/", O_RDWR | O_CREAT, 0600, NULL));
	SAY(mq_open("/a/b", O_RDWR | O_CREAT, 0600, NULL));
	SAY(mq_open("/..", O_RDWR | O_CREAT, 0600, NULL));
	memset(longest, 'x', 299);
	longest[299] = 0;
	longest[0] = '/';
	SAY(mq_open(longest, O_RDWR | O_CREAT, 0600, NULL));
	SAY(mq_unlink(longest));
	SAY(mq_unlink("name"));
	SAY(mq_unlink(name));
	struct mq_attr wrong[] = { { .mq_maxmsg = 0, .mq_msgsize = 1 }, { .mq_maxmsg = 1, .mq_msgsize = -1 }, { .mq_maxmsg = 65537, .mq_msgsize = 1 } };
	for (int i = 0; i < 3; i++)
		SAY(mq_open(name, O_RDWR | O_CREAT, 0600, &wrong[i]));
}

static void opening(void)
{
	struct mq_attr a = { .mq_maxmsg = 3, .mq_msgsize = 64 };
	struct stat st;

	umask(022);
	SAY(q = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0666, &a));
	SAY(mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0666, &a));
	fstat(q, &st);
	printf("mode %o size %ld cloexec %d\n", st.st_mode, (long)st.st_size, fcntl(q, F_GETFD));
	show(q);
	a.mq_flags = O_NONBLOCK;
	struct mq_attr old = { 0 };
	SAY(mq_setattr(q, &a, &old));
	printf("old flags %lo\n", old.mq_flags);
	show(q);
	SAY(syscall(SYS_mq_getsetattr, q, NULL, &old));
	printf("flags %lo\n", old.mq_flags);
	a.mq_flags = O_APPEND;
	SAY(mq_setattr(q, &a, NULL));
	mqd_t r = mq_open(name, O_RDONLY);
	SAY(mq_send(r, "x", 1, 0));
	mq_close(r);
	r = mq_open(name, O_WRONLY);
	char b[64];
	SAY(mq_receive(r, b, 64, NULL));
	SAY(mq_close(r));
	SAY(mq_close(r));
	SAY(mq_send(0, "x", 1, 0));
	SAY(mq_getattr(0, &a));
}

static void transfer(void)
{
	char b[64];

	events("empty");
	get();
	SAY(mq_send(q, "low", 3, 1));
	SAY(mq_send(q, "high", 4, 30));
	events("two");
	SAY(mq_send(q, "high too", 8, 30));
	SAY(mq_send(q, "full", 4, 1));
	events("full");
	show(q);
	SAY(mq_send(q, b, 65, 0));
	SAY(mq_send(q, b, 1, 32768));
	SAY(mq_receive(q, b, 63, NULL));
	get();
	get();
	SAY(mq_send(q, "", 0, 32767));
	get();
	get();
	get();
	char text[200] = "";
	SAY(read(q, text, sizeof(text)));
	printf("%s", text);
	SAY(write(q, "x", 1));
	struct mq_attr a = { 0 };
	mq_setattr(q, &a, NULL);
	struct timespec past = { 1, 0 }, wrong = { 1, 1000000000 }, soon;
	SAY(mq_timedreceive(q, b, 64, NULL, &past));
	SAY(mq_timedreceive(q, b, 64, NULL, &wrong));
	clock_gettime(CLOCK_REALTIME, &soon);
	soon.tv_nsec += 10000000;
	if (soon.tv_nsec >= 1000000000)
		soon.tv_sec++, soon.tv_nsec -= 1000000000;
	SAY(mq_timedreceive(q, b, 64, NULL, &soon));
	for (int i = 0; i < 3; i++)
		mq_send(q, "x", 1, 0);
	SAY(mq_timedsend(q, "x", 1, 0, &past));
	for (int i = 0; i < 3; i++)
		get();
}

static void waiting(void)
{
	pthread_t t;
	void *r;
	struct sigaction sa = { .sa_handler = nothing };

	pthread_create(&t, NULL, receiver, NULL);
	until_asleep();
	SAY(mq_send(q, "handed over", 11, 0));
	pthread_join(t, &r);
	printf("received %ld\n", (long)r);
	sigaction(SIGUSR1, &sa, NULL);
	pthread_create(&t, NULL, receiver, NULL);
	until_asleep();
	pthread_kill(t, SIGUSR1);
	pthread_join(t, &r);
	printf("interrupted %d\n", (long)r == -EINTR);
	int ep = epoll_create1(0);
	struct epoll_event ev = { EPOLLIN | EPOLLET, { .u32 = 5 } };
	SAY(epoll_ctl(ep, EPOLL_CTL_ADD, q, &ev));
	SAY(epoll_wait(ep, &ev, 1, 0));
	SAY(mq_send(q, "edge", 4, 0));
	SAY(epoll_wait(ep, &ev, 1, 1000));
	SAY(epoll_wait(ep, &ev, 1, 0));
	close(ep);
	get();
}

static void notices(void)
{
	struct sigaction sa = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };
	struct sigevent e = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2, .sigev_value.sival_int = 42 };
	pthread_t t;

	sigaction(SIGUSR2, &sa, NULL);
	SAY(mq_notify(q, &e));
	SAY(mq_notify(q, &e));
	SAY(mq_send(q, "one", 3, 0));
	SAY(mq_send(q, "two", 3, 0));
	get();
	SAY(mq_notify(q, &e));
	SAY(mq_send(q, "not the first", 13, 0));
	get();
	get();
	pthread_create(&t, NULL, receiver, NULL);
	until_asleep();
	SAY(mq_send(q, "waited for", 10, 0));
	pthread_join(t, NULL);
	SAY(mq_notify(q, NULL));
	SAY(mq_send(q, "quiet", 5, 0));
	get();
	e.sigev_signo = 65;
	SAY(mq_notify(q, &e));
	e.sigev_notify = 7;
	SAY(mq_notify(q, &e));
	SAY(mq_notify(0, NULL));
	e.sigev_notify = SIGEV_NONE;
	SAY(mq_notify(q, &e));
	mqd_t other = mq_open(name, O_RDWR);
	SAY(mq_notify(other, &e));
	SAY(mq_notify(other, NULL));
	e.sigev_notify = SIGEV_SIGNAL;
	e.sigev_signo = SIGUSR2;
	SAY(mq_notify(other, &e));
	mq_close(other);
	SAY(mq_notify(q, &e));
	SAY(mq_notify(q, NULL));
}

static void by_thread(void)
{
	struct sigevent e = { .sigev_notify = SIGEV_THREAD, .sigev_notify_function = on_message, .sigev_value.sival_int = 43 };

	sem_init(&told, 0, 0);
	for (int i = 0; i < 2; i++) {
		SAY(mq_notify(q, &e));
		SAY(mq_notify(q, &e));
		SAY(mq_send(q, "threads", 7, 0));
		sem_wait(&told);
		printf("thread: value %d\n", told_value);
		get();
	}
	SAY(mq_notify(q, &e));
	SAY(mq_notify(q, NULL));
	SAY(mq_send(q, "no thread", 9, 0));
	get();
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	sprintf(name, "/uk-mqueue-%d", getpid());
	names();
	opening();
	transfer();
	waiting();
	notices();
	if (argc == 1)
		by_thread();
	SAY(mq_unlink(name));
	SAY(mq_open(name, O_RDWR));
	SAY(mq_send(q, "without a name", 14, 0));
	get();
	SAY(mq_close(q));
	return 0;
}
