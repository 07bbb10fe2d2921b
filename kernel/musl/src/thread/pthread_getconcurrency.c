#include <pthread.h>

extern hidden int __concurrency;

int pthread_getconcurrency(void)
{
	return __concurrency;
}
