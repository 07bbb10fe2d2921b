/* getaddrinfo_a(): a thread for each lookup. glibc's has at most twenty at a time, which a program cannot tell. */
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include "syscall.h"
#include "../glue.h"

enum { GAI_WAIT, GAI_NOWAIT };

struct gaicb {
	const char *ar_name, *ar_service;
	const struct addrinfo *ar_request;
	struct addrinfo *ar_result;
	int __return, __unused[5];
};

/* One call, until its last lookup is done. */
struct batch {
	struct sigevent event;
	int left;
};

struct lookup {
	struct gaicb *request;
	struct batch *batch;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t done = PTHREAD_COND_INITIALIZER;

static int start(void *(*fn)(void *), void *arg, pthread_attr_t *attr)
{
	pthread_attr_t detached;
	pthread_t t;

	if (!attr) {
		pthread_attr_init(&detached);
		pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
		attr = &detached;
	}
	return pthread_create(&t, attr, fn, arg);
}

static void *call(void *arg)
{
	struct batch *b = arg;

	b->event.sigev_notify_function(b->event.sigev_value);
	free(b);
	return NULL;
}

static void tell(struct batch *b)
{
	struct sigevent *e = &b->event;

	if (e->sigev_notify == SIGEV_SIGNAL) {
		siginfo_t si = { .si_signo = e->sigev_signo, .si_code = SI_ASYNCNL };

		si.si_pid = getpid();
		si.si_uid = getuid();
		si.si_value = e->sigev_value;
		__syscall(SYS_rt_sigqueueinfo, si.si_pid, si.si_signo, &si);
	} else if (e->sigev_notify == SIGEV_THREAD && !start(call, b, e->sigev_notify_attributes)) {
		return;
	}
	free(b);
}

static void finish(struct gaicb *request, struct batch *b, int result)
{
	int last;

	pthread_mutex_lock(&lock);
	request->__return = result;
	last = !--b->left;
	pthread_cond_broadcast(&done);
	pthread_mutex_unlock(&lock);
	if (last)
		tell(b);
}

static void *look_up(void *arg)
{
	struct lookup l = *(struct lookup *)arg;
	sigset_t all;

	free(arg);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, NULL);
	finish(l.request, l.batch, getaddrinfo(l.request->ar_name, l.request->ar_service, l.request->ar_request, &l.request->ar_result));
	return NULL;
}

static int begin(struct gaicb *request, struct batch *b)
{
	struct lookup *l = malloc(sizeof(*l));

	if (l) {
		*l = (struct lookup){ request, b };
		if (!start(look_up, l, NULL))
			return 0;
		free(l);
	}
	finish(request, b, EAI_AGAIN);
	return EAI_AGAIN;
}

int getaddrinfo_a(int mode, struct gaicb **list, int n, struct sigevent *event)
{
	struct batch *b;
	int r = 0;

	if (mode != GAI_WAIT && mode != GAI_NOWAIT) {
		errno = EINVAL;
		return EAI_SYSTEM;
	}
	if (!(b = malloc(sizeof(*b))))
		return EAI_MEMORY;
	b->event.sigev_notify = SIGEV_NONE;
	if (event && mode == GAI_NOWAIT)
		b->event = *event;
	b->left = 1;	/* for this function, so that nothing is told too soon */
	for (int i = 0; i < n; i++)
		if (list[i]) {
			list[i]->__return = EAI_INPROGRESS;
			b->left++;
		}
	for (int i = 0; i < n; i++)
		if (list[i] && begin(list[i], b))
			r = EAI_AGAIN;
	pthread_mutex_lock(&lock);
	while (mode == GAI_WAIT && b->left > 1)
		pthread_cond_wait(&done, &lock);
	n = --b->left;
	pthread_mutex_unlock(&lock);
	if (!n)
		tell(b);
	return r;
}

static int busy(const struct gaicb *request)
{
	return request && request->__return == EAI_INPROGRESS;
}

int gai_suspend(const struct gaicb *const list[], int n, const struct timespec *timeout)
{
	struct timespec until;
	int waits = 0, r = 0, e = 0;

	pthread_mutex_lock(&lock);
	for (int i = 0; i < n; i++)
		waits += busy(list[i]);
	if (!waits)
		r = EAI_ALLDONE;
	if (timeout) {
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += timeout->tv_sec;
		if ((until.tv_nsec += timeout->tv_nsec) >= 1000000000)
			until.tv_sec++, until.tv_nsec -= 1000000000;
	}
	while (!r && !e) {
		int left = 0;

		for (int i = 0; i < n; i++)
			left += busy(list[i]);
		if (left < waits)
			break;
		e = timeout ? pthread_cond_timedwait(&done, &lock, &until) : pthread_cond_wait(&done, &lock);
	}
	pthread_mutex_unlock(&lock);
	return e ? EAI_AGAIN : r;
}

int gai_error(struct gaicb *request) { return request->__return; }

/* Each lookup runs from the start: none can be taken back. */
int gai_cancel(struct gaicb *request)
{
	return busy(request) ? EAI_NOTCANCELED : EAI_ALLDONE;
}
