/* Memory runs out, in the way that the argument names. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MB (1UL << 20)

static void heap(void)
{
	for (;;)
		memset(malloc(100000), 1, 100000);
}

static void sparse(void)	/* a page table for each page */
{
	char *p = mmap(NULL, 1UL << 40, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	for (unsigned long i = 0; i < 1UL << 40; i += 2 * MB)
		p[i] = 1;
}

static void copies(void)	/* of a file's pages */
{
	int fd = memfd_create("m", 0);

	ftruncate(fd, MB);
	for (;;) {
		char *p = mmap(NULL, MB, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
		for (unsigned i = 0; i < MB; i += 4096)
			p[i]++;
	}
}

static void shared(void)
{
	int fd = memfd_create("m", 0);

	for (unsigned long n = 0;; n += MB) {
		ftruncate(fd, n + MB);
		memset(mmap(NULL, MB, PROT_READ | PROT_WRITE, MAP_SHARED, fd, n), 1, MB);
	}
}

static void *deep(void *arg)
{
	volatile char room[8192];

	room[0] = room[4096] = 1;
	if (*(int *)arg < 10000000) {
		++*(int *)arg;
		deep(arg);
	}
	room[1] = 1;
	return arg;
}

static void stacks(void)
{
	pthread_attr_t a;
	pthread_t t;
	int n = 0;

	pthread_attr_init(&a);
	pthread_attr_setstacksize(&a, 64 * MB);
	pthread_create(&t, &a, deep, &n);
	pthread_join(t, NULL);
}

static void in_kernel(void)	/* a system call fills memory */
{
	int fd = open("/dev/zero", O_RDONLY);
	size_t n = 60 * MB;
	char *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	printf("read %zd\n", read(fd, p, n));
}

static void handler(int sig) { _exit(3); }

int main(int argc, char **argv)
{
	static const struct { const char *name; void (*run)(void); } kinds[] = {
		{ "heap", heap }, { "sparse", sparse }, { "copies", copies }, { "shared", shared },
		{ "stacks", stacks }, { "kernel", in_kernel },
	};

	signal(SIGSEGV, handler);	/* this is no fault of the program's */
	signal(SIGBUS, handler);
	puts("begin");
	fflush(stdout);
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(argv[1], kinds[i].name))
			kinds[i].run();
	return 4;
}
