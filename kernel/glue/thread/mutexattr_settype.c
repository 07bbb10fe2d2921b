/* Mutex types of glibc: its adaptive one, which spins a little first, is a normal one here. */
#include <pthread.h>

int __muslown_pthread_mutexattr_settype(pthread_mutexattr_t *, int);

int pthread_mutexattr_settype(pthread_mutexattr_t *a, int type)
{
	return __muslown_pthread_mutexattr_settype(a, type == 3 ? PTHREAD_MUTEX_NORMAL : type);
}
