/* A thousand threads alive at once. */
#include <pthread.h>
#include <stdio.h>

enum { N = 1000 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int alive, go;
static long total;

static void *work(void *arg)
{
	pthread_mutex_lock(&lock);
	alive++;
	pthread_cond_broadcast(&changed);
	while (!go)
		pthread_cond_wait(&changed, &lock);
	total += (long)arg;
	pthread_mutex_unlock(&lock);
	return arg;
}

int main(void)
{
	static pthread_t t[N];
	pthread_attr_t attr;
	long sum = 0;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 64 << 10);
	for (long i = 0; i < N; i++) {
		if (pthread_create(&t[i], &attr, work, (void *)i)) {
			printf("thread %ld was not created\n", i);
			return 1;
		}
	}
	pthread_mutex_lock(&lock);
	while (alive < N)
		pthread_cond_wait(&changed, &lock);
	printf("%d alive\n", alive);
	go = 1;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	for (int i = 0; i < N; i++) {
		void *r;
		pthread_join(t[i], &r);
		sum += (long)r;
	}
	printf("%ld %ld\n", total, sum);
	return 0;
}
