/* Attributes that only glibc has. What cannot be honoured is refused. */
#include <errno.h>
#include <pthread.h>

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
