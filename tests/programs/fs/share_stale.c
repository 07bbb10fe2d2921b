/* A file in the folder argv[1] loses a page and gets another one, while a thread stores to that by a mapping for the first time
 * and another one reads it all the while: it sees the new page in the end. */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { P = 4096, ROUNDS = 100 };

static char *volatile area;
static volatile int looked, over, seen;
static __thread sigjmp_buf back;
static pthread_barrier_t turn;

static void bus(int sig)
{
	siglongjmp(back, 1);
}

/* The first byte; -1: there is no page. */
static int look(void)
{
	return sigsetjmp(back, 1) ? -1 : *(volatile char *)area;
}

static void *reads(void *arg)
{
	for (int r = 0; r < ROUNDS; r++) {
		pthread_barrier_wait(&turn);
		look();
		looked = 1;
		while (!over)
			look();
		seen = look();
		pthread_barrier_wait(&turn);
	}
	return NULL;
}

static void *stores(void *arg)
{
	for (int r = 0; r < ROUNDS; r++) {
		pthread_barrier_wait(&turn);
		while (!looked)
			;
		if (!sigsetjmp(back, 1))
			*(volatile char *)(area + 100) = 's';
		pthread_barrier_wait(&turn);
	}
	return NULL;
}

/* Appending alone, so that the file has to be opened for what mappings store. */
static int make(const char *bytes)
{
	int fd = open("stale", O_RDWR | O_CREAT | O_TRUNC, 0644);

	write(fd, bytes, P);
	close(fd);
	return open("stale", O_RDWR | O_APPEND);
}

int main(int argc, char **argv)
{
	static char bytes[P];
	pthread_t t[2];
	int stale = 0;

	if (chdir(argv[1]))
		return 1;
	signal(SIGBUS, bus);
	memset(bytes, 'a', P);
	pthread_barrier_init(&turn, NULL, 3);
	pthread_create(&t[0], NULL, reads, NULL);
	pthread_create(&t[1], NULL, stores, NULL);
	for (int r = 0; r < ROUNDS; r++) {
		int fd = make(bytes);
		area = mmap(NULL, P, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		looked = over = 0;
		pthread_barrier_wait(&turn);
		while (!looked)
			;
		for (volatile int i = 0; i < r % 20 * 3000; i++)
			;
		ftruncate(fd, 0);
		ftruncate(fd, P);
		usleep(3000);
		over = 1;
		pthread_barrier_wait(&turn);
		stale += seen != 0;
		munmap(area, P);
		close(fd);
		unlink("stale");
	}
	printf("old pages seen: %d\n", stale);
	return stale != 0;
}
