/* A hint without effect, which glibc keeps all the same. */
#include <errno.h>
#include <pthread.h>

hidden int __concurrency;

int pthread_setconcurrency(int level)
{
	if (level < 0)
		return EINVAL;
	__concurrency = level;
	return 0;
}
