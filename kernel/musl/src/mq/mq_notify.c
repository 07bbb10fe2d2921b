/* mq_notify(3). SIGEV_THREAD: a thread waits at an eventfd for the kernel's notice (sys/mqueue/notify.c). */
#include <errno.h>
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "syscall.h"

struct start {
	sem_t ready;
	int fd;
	void (*function)(union sigval);
	union sigval value;
};

static void *await(void *arg)
{
	struct start *given = arg, s = *given;
	uint64_t notice = 0;
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, 0);
	sem_post(&given->ready);
	long n = __syscall(SYS_read, s.fd, &notice, sizeof(notice));
	__syscall(SYS_close, s.fd);
	if (n == sizeof(notice) && notice == 1) {
		sigemptyset(&all);
		pthread_sigmask(SIG_SETMASK, &all, 0);
		s.function(s.value);
	}
	return 0;
}

static int start_thread(struct start *s, const pthread_attr_t *wanted)
{
	pthread_attr_t attr;
	pthread_t td;

	if (wanted)
		attr = *wanted;
	else
		pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	sem_init(&s->ready, 0, 0);
	if (pthread_create(&td, &attr, await, s))
		return -1;
	while (sem_wait(&s->ready))
		;
	return 0;
}

int mq_notify(mqd_t mqd, const struct sigevent *sev)
{
	uint64_t removed = 2;

	if (!sev || sev->sigev_notify != SIGEV_THREAD)
		return syscall(SYS_mq_notify, mqd, sev);
	struct start s = { .fd = eventfd(0, EFD_CLOEXEC), .function = sev->sigev_notify_function, .value = sev->sigev_value };
	if (s.fd < 0)
		return -1;
	if (start_thread(&s, sev->sigev_notify_attributes)) {
		__syscall(SYS_close, s.fd);
		errno = EAGAIN;
		return -1;
	}
	struct sigevent kernel = { .sigev_notify = SIGEV_THREAD, .sigev_signo = s.fd };
	int r = syscall(SYS_mq_notify, mqd, &kernel);
	if (r < 0)	/* the thread closes it */
		__syscall(SYS_write, s.fd, &removed, sizeof(removed));
	return r;
}
