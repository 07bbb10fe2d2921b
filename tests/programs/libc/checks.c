// Arguments that are refused, and with what.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define E(call) (errno = 0, shown = (long)(call), printf("%s: %ld %d\n", #call, shown, errno))

static long shown;

static void streams(void)
{
	int fd = open("/tmp/checks", O_CREAT | O_RDWR | O_TRUNC, 0600), in = open("/tmp/checks", O_RDONLY), out = open("/tmp/checks", O_WRONLY);
	char b[16];
	FILE *f;

	E(fdopen(in, "w") != NULL), E(fdopen(in, "r+") != NULL), E(fdopen(out, "r") != NULL), E(fdopen(99, "r") != NULL), E(fdopen(fd, "q") != NULL);
	f = fdopen(fd, "r+");
	E(fputs("abc", f)), E(fseek(f, -1, SEEK_SET)), E(fread(b, 0, 5, f)), E(fwrite("x", 5, 0, f)), E(fopen("/tmp/checks", "wx") != NULL);
	fclose(f);
	unlink("/tmp/checks");
	E(mkstemp((char[]){ "abc" })), E(mkostemps((char[]){ "/tmp/aXXXXXX.c" }, 9, 0)), E(fmemopen(b, 5, "z") != NULL);
	E(dup3(1, 1, 0)), E(dup3(1, 50, 077777)), E(dup2(77, 77)), E(close(50));
}

static void threads(void)
{
	pthread_attr_t a;
	pthread_mutexattr_t ma;
	pthread_mutex_t m;
	pthread_barrier_t bar;
	struct sched_param p = { 200 };
	size_t n;
	sem_t s;

	pthread_attr_init(&a), pthread_mutexattr_init(&ma);
	E(pthread_attr_setstacksize(&a, 1)), E(pthread_attr_setdetachstate(&a, 7)), E(pthread_attr_setscope(&a, 5)), E(pthread_attr_setinheritsched(&a, 9));
	E(pthread_attr_setschedparam(&a, &p)), E(pthread_attr_setschedpolicy(&a, 99)), E(pthread_attr_setschedpolicy(&a, SCHED_FIFO)), E(pthread_attr_setschedparam(&a, &p));
	p.sched_priority = 50;
	E(pthread_attr_setschedparam(&a, &p)), E(pthread_attr_getguardsize(&a, &n)), printf("%zu\n", n);
	E(pthread_mutexattr_settype(&ma, 9)), E(pthread_mutexattr_setrobust(&ma, 5)), E(pthread_mutexattr_setpshared(&ma, 5)), E(pthread_mutexattr_setprotocol(&ma, 7));
	E(pthread_mutexattr_settype(&ma, PTHREAD_MUTEX_ERRORCHECK)), E(pthread_mutex_init(&m, &ma));
	E(pthread_mutex_lock(&m)), E(pthread_mutex_lock(&m)), E(pthread_mutex_destroy(&m)), E(pthread_mutex_unlock(&m)), E(pthread_mutex_unlock(&m)), E(pthread_mutex_destroy(&m));
	pthread_mutex_init(&m, NULL);
	E(pthread_mutex_lock(&m)), E(pthread_mutex_trylock(&m)), E(pthread_mutex_destroy(&m)), E(pthread_mutex_unlock(&m)), E(pthread_mutex_destroy(&m));
	E(pthread_barrier_init(&bar, NULL, 0));
	E(sem_init(&s, 0, 0x80000000u)), sem_init(&s, 0, 0x7fffffff), E(sem_post(&s)), sem_init(&s, 0, 0), E(sem_trywait(&s)), E(sem_timedwait(&s, &(struct timespec){ 0, 2000000000 }));
}

int main(void)
{
	struct timespec ts;
	void *p;

	setvbuf(stdout, NULL, _IOLBF, 0);
	streams();
	threads();
	E(clock_gettime(99, &ts)), E(clock_getres(77, &ts)), E(clock_nanosleep(0, 0, &(struct timespec){ 0, 1000000000 }, NULL)), E(nanosleep(&(struct timespec){ -1, 0 }, NULL));
	E(setenv("", "x", 1)), E(setenv("a=b", "x", 1)), E(unsetenv("a=b")), E(unsetenv("")), E(putenv("NOEQ"));
	E(calloc(SIZE_MAX / 2, 4) != NULL), E(reallocarray(NULL, SIZE_MAX / 2, 4) != NULL), E(malloc(SIZE_MAX - 100) != NULL);
	E(posix_memalign(&p, 3, 8)), E((uintptr_t)aligned_alloc(48, 8) % 64), E((uintptr_t)memalign(100, 8) % 128), E((uintptr_t)memalign(0, 8) % 16);
	fflush(stdout);
	dup2(1, 2);
	psignal(11, "prefix"), psignal(11, ""), psignal(11, NULL), errno = ENOENT, perror("prefix");
	return 0;
}
