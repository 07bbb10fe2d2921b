// Wake-ups of every kind, by threads on all processors at once: tokens go from inbox to inbox, each of which its thread
// waits for in another way. One wake-up that is lost is a token that never arrives, and the program hangs.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define TOKENS	5
#define HOPS	6000

enum kind { FUTEX, FUTEX_TIMED, CONDITION, PIPE, POLL, EPOLL, QUEUED_SIGNAL, SUSPEND, SEMAPHORE, TIMER, YIELD, SLEEP, KINDS };

static struct inbox {
	atomic_int count;	// tokens to be taken, where nothing else counts them
	int fd[2], epoll;
	pthread_mutex_t lock;
	pthread_cond_t filled;
	sem_t sem;
	pthread_t thread;
	atomic_long sent;
	long received;
} inboxes[KINDS];
static atomic_int hops = HOPS, alive = TOKENS, stop;
static sem_t told;		// everybody, to stop: threads may be joined, as nobody sends them signals any more

static void check(int bad, const char *what)
{
	if (bad) {
		perror(what);
		exit(1);
	}
}

static long futex(atomic_int *word, int op, int value, const struct timespec *timeout)
{
	return syscall(SYS_futex, word, op | FUTEX_PRIVATE_FLAG, value, timeout, NULL, 0);
}

static void send(enum kind kind)
{
	struct inbox *b = &inboxes[kind];

	b->sent++;
	switch (kind) {
	case FUTEX:
	case FUTEX_TIMED:
		b->count++;
		futex(&b->count, FUTEX_WAKE, 1, NULL);
		break;
	case CONDITION:
		pthread_mutex_lock(&b->lock);
		b->count++;
		pthread_cond_signal(&b->filled);
		pthread_mutex_unlock(&b->lock);
		break;
	case PIPE:
	case POLL:
		check(write(b->fd[1], "", 1) != 1, "write to a pipe");
		break;
	case EPOLL:
		check(eventfd_write(b->fd[0], 1), "eventfd");
		break;
	case QUEUED_SIGNAL:
		check(pthread_sigqueue(b->thread, SIGRTMIN, (union sigval){ 0 }), "pthread_sigqueue");
		break;
	case SUSPEND:
		b->count++;
		pthread_kill(b->thread, SIGUSR1);
		break;
	case SEMAPHORE:
		sem_post(&b->sem);
		break;
	case TIMER:	// each setting forgets what ran off before, and runs off itself
		b->count++;
		check(timerfd_settime(b->fd[0], 0, &(struct itimerspec){ .it_value.tv_nsec = 20000 }, NULL), "timerfd_settime");
		break;
	default:
		b->count++;
	}
}

// Until one token can be taken, which is not counted yet.
static void wait_for(enum kind kind)
{
	struct inbox *b = &inboxes[kind];
	struct timespec t, some = { 0, 100000 + b->received * 7919 % 300000 };
	struct epoll_event event;
	sigset_t set;
	char byte;
	uint64_t n;

	switch (kind) {
	case FUTEX:
		while (!b->count)
			futex(&b->count, FUTEX_WAIT, 0, NULL);
		break;
	case FUTEX_TIMED:
		while (!b->count)
			futex(&b->count, FUTEX_WAIT, 0, &some);
		break;
	case CONDITION:
		pthread_mutex_lock(&b->lock);
		while (!b->count)
			pthread_cond_wait(&b->filled, &b->lock);
		pthread_mutex_unlock(&b->lock);
		break;
	case PIPE:
		check(read(b->fd[0], &byte, 1) != 1, "read from a pipe");
		b->count++;
		break;
	case POLL:
		while (poll(&(struct pollfd){ b->fd[0], POLLIN, 0 }, 1, 1) != 1)
			;
		check(read(b->fd[0], &byte, 1) != 1, "read after poll");
		b->count++;
		break;
	case EPOLL:
		check(epoll_wait(b->epoll, &event, 1, -1) != 1, "epoll_wait");
		check(read(b->fd[0], &n, 8) != 8 || n != 1, "read from an eventfd");
		b->count++;
		break;
	case QUEUED_SIGNAL:
		sigemptyset(&set);
		sigaddset(&set, SIGRTMIN);
		check(sigwaitinfo(&set, NULL) != SIGRTMIN, "sigwaitinfo");
		b->count++;
		break;
	case SUSPEND:
		sigfillset(&set);
		sigdelset(&set, SIGUSR1);
		while (!b->count)
			sigsuspend(&set);
		break;
	case SEMAPHORE:
		do {
			clock_gettime(CLOCK_REALTIME, &t);
			t.tv_nsec += some.tv_nsec;
			if (t.tv_nsec >= 1000000000)
				t.tv_sec++, t.tv_nsec -= 1000000000;
		} while (sem_timedwait(&b->sem, &t) && errno == ETIMEDOUT);
		b->count++;
		break;
	case TIMER:
		while (!b->count)
			check(read(b->fd[0], &n, 8) != 8, "read from a timer");
		break;
	case YIELD:
		while (!b->count)
			sched_yield();
		break;
	default:
		while (!b->count)
			nanosleep(&some, NULL);
	}
}

static void all_stop(void)
{
	stop = 1;
	for (int i = 0; i < KINDS; i++)
		send(i);
	sem_post(&told);
}

static void *receiver(void *arg)
{
	enum kind kind = (long)arg;
	struct inbox *b = &inboxes[kind];
	unsigned chance = kind;

	for (;;) {
		wait_for(kind);
		b->count--;
		b->received++;
		if (stop)
			return NULL;
		chance = chance * 1103515245 + 12345;
		if (hops-- > 0)
			send((chance >> 16) % KINDS);
		else if (--alive == 0)
			all_stop();
	}
}

static void nothing(int sig) {}

static void prepare(struct inbox *b, enum kind kind)
{
	pthread_mutex_init(&b->lock, NULL);
	pthread_cond_init(&b->filled, NULL);
	sem_init(&b->sem, 0, 0);
	if (kind == PIPE || kind == POLL)
		check(pipe(b->fd), "pipe");
	if (kind == TIMER)
		check((b->fd[0] = timerfd_create(CLOCK_MONOTONIC, 0)) < 0, "timerfd_create");
	if (kind == EPOLL) {
		check((b->fd[0] = eventfd(0, EFD_SEMAPHORE)) < 0, "eventfd");
		check((b->epoll = epoll_create1(0)) < 0, "epoll_create1");
		check(epoll_ctl(b->epoll, EPOLL_CTL_ADD, b->fd[0], &(struct epoll_event){ .events = EPOLLIN }), "epoll_ctl");
	}
}

int main(void)
{
	sigset_t set;
	long sent = 0;

	sem_init(&told, 0, 0);
	sigemptyset(&set);	// until their threads wait for them
	sigaddset(&set, SIGRTMIN);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigaction(SIGUSR1, &(struct sigaction){ .sa_handler = nothing }, NULL);
	for (long i = 0; i < KINDS; i++)
		prepare(&inboxes[i], i);
	for (long i = 0; i < KINDS; i++)
		check(pthread_create(&inboxes[i].thread, NULL, receiver, (void *)i), "pthread_create");
	for (int i = 0; i < TOKENS; i++)
		send(i);
	while (sem_wait(&told))
		;
	for (int i = 0; i < KINDS; i++) {
		pthread_join(inboxes[i].thread, NULL);
		sent += inboxes[i].sent;
		if (inboxes[i].sent != inboxes[i].received)
			printf("inbox %d: %ld sent, %ld received\n", i, (long)inboxes[i].sent, inboxes[i].received);
	}
	printf("%ld tokens, all received\n", sent);
	return 0;
}
