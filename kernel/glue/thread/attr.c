/* Attributes that only glibc has. What cannot be honoured is refused. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>

int pthread_attr_setaffinity_np(pthread_attr_t *a, size_t size, const cpu_set_t *set) { return ENOSYS; }

/* No restriction: every processor. */
int pthread_attr_getaffinity_np(const pthread_attr_t *a, size_t size, cpu_set_t *set)
{
	memset(set, -1, size);
	return 0;
}

int pthread_attr_setsigmask_np(pthread_attr_t *a, const sigset_t *mask) { return mask ? ENOSYS : 0; }
int pthread_attr_getsigmask_np(const pthread_attr_t *a, sigset_t *mask)
{
	sigemptyset(mask);
	return -1;	/* PTHREAD_ATTR_NO_SIGMASK_NP: none is set */
}

int pthread_attr_setstackaddr(pthread_attr_t *a, void *top)
{
	size_t size;

	pthread_attr_getstacksize(a, &size);
	return pthread_attr_setstack(a, (char *)top - size, size);
}

int pthread_attr_getstackaddr(const pthread_attr_t *a, void **top)
{
	size_t size;
	int r = pthread_attr_getstack(a, top, &size);

	if (!r)
		*top = (char *)*top + size;
	return r;
}

/* glibc's kinds are which side is preferred; musl's lock prefers neither, so a kind is kept but changes nothing. */
int pthread_rwlockattr_setkind_np(pthread_rwlockattr_t *a, int kind)
{
	if ((unsigned)kind > 2)
		return EINVAL;
	a->__attr[1] = kind;
	return 0;
}

int pthread_rwlockattr_getkind_np(const pthread_rwlockattr_t *a, int *kind)
{
	*kind = a->__attr[1];
	return 0;
}

int pthread_mutexattr_setprioceiling(pthread_mutexattr_t *a, int ceiling) { return ENOTSUP; }
int pthread_mutexattr_getprioceiling(const pthread_mutexattr_t *a, int *ceiling) { return ENOTSUP; }

int pthread_sigqueue(pthread_t t, int sig, const union sigval value) { return ENOSYS; }
