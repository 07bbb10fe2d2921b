/* Mutexes whose kind is in their static initializer, and the kinds that only glibc has. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_mutex_t checking = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
static pthread_mutex_t adaptive = PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;

int main(void)
{
	pthread_mutexattr_t attr;
	pthread_mutex_t m;
	int type;

	for (int i = 0; i < 3; i++)
		printf("lock %d\n", i < 2 ? pthread_mutex_lock(&recursive) : pthread_mutex_trylock(&recursive));
	for (int i = 0; i < 4; i++)
		printf("unlock %d\n", pthread_mutex_unlock(&recursive));
	for (int i = 0; i < 2; i++)
		printf("checking %d\n", pthread_mutex_lock(&checking));
	printf("checking %d\n", pthread_mutex_unlock(&checking));
	printf("adaptive %d\n", pthread_mutex_lock(&adaptive));
	printf("adaptive %d\n", pthread_mutex_trylock(&adaptive));
	printf("adaptive %d\n", pthread_mutex_unlock(&adaptive));

	pthread_mutexattr_init(&attr);
	printf("settype %d\n", pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ADAPTIVE_NP));
	pthread_mutex_init(&m, &attr);
	printf("lock %d\n", pthread_mutex_lock(&m));
	printf("unlock %d\n", pthread_mutex_unlock(&m));
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutexattr_gettype(&attr, &type);
	pthread_mutex_init(&m, &attr);
	for (int i = 0; i < 2; i++)
		printf("type %d lock %d\n", type, pthread_mutex_lock(&m));
	printf("rwlock %d\n", pthread_rwlock_wrlock(&rwlock));
	printf("rwlock %d\n", pthread_rwlock_unlock(&rwlock));
	return 0;
}
