/* Shared mappings in the folder argv[1] that are written to: what read(2), other mappings and the file itself show of it, on
 * any file system the same. With argv[2], which names a way to end, the last stores are left to the end. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define P 4096
#define PAGES 64

static void say(const char *what, long r)
{
	printf("%s: %s\n", what, r < 0 ? strerrorname_np(errno) : "done");
}
#define SAY(call) (errno = 0, say(#call, (long)(call)))

static char *map(int fd, long bytes, int prot, int flags, long at)
{
	char *p = mmap(NULL, bytes, prot, flags, fd, at);

	if (p == MAP_FAILED) {
		say("mmap", -1);
		exit(1);
	}
	return p;
}

static int make(const char *name, long size)
{
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || ftruncate(fd, size))
		say(name, -1);
	return fd;
}

static unsigned sum(const char *name)
{
	static char buf[P * PAGES * 16];
	int fd = open(name, O_RDONLY);
	long n = read(fd, buf, sizeof(buf));
	unsigned s = 2166136261u;

	close(fd);
	for (long i = 0; i < n; i++)
		s = (s ^ (unsigned char)buf[i]) * 16777619;
	printf("%s: %ld bytes, ", name, n);
	return s;
}

static void show(const char *what, int fd, long at)
{
	char buf[21] = "";

	pread(fd, buf, 20, at);
	printf("%s: %s\n", what, buf);
}

/* Stores, read(2), write(2) and a second mapping see each other. */
static void together(void)
{
	int fd = make("together", 3 * P + 100);
	char *m = map(fd, 4 * P, PROT_READ | PROT_WRITE, MAP_SHARED, 0), *n = map(fd, P, PROT_READ | PROT_WRITE, MAP_SHARED, P);
	char *r = map(fd, 4 * P, PROT_READ, MAP_SHARED, 0), *c = map(fd, 4 * P, PROT_READ | PROT_WRITE, MAP_PRIVATE, 0);

	strcpy(m + 10, "by the mapping");
	show("read", fd, 10);
	pwrite(fd, "THE", 3, 13);
	printf("both: %s, %s\n", m + 10, r + 10);
	strcpy(n + 50, "second");
	printf("first: %s, %s, %s\n", m + P + 50, r + P + 50, c + P + 50);
	strcpy(c + 50, "private");
	show("not private", fd, 50);
	strcpy(m + 3 * P + 95, "across the end");	/* the rest is no part of the file */
	show("end", fd, 3 * P + 95);
	struct stat st;
	fstat(fd, &st);
	printf("size %ld\n", (long)st.st_size);
	SAY(msync(m, 4 * P, MS_SYNC));
	SAY(msync(m, 4 * P, MS_ASYNC));
	SAY(fsync(fd));
	SAY(ftruncate(fd, P + 20));
	strcpy(m + P, "0123456789012345678901234567890");
	SAY(ftruncate(fd, P + 10));
	SAY(ftruncate(fd, 2 * P));
	show("cut", fd, P);
	printf("cut and grown: %s, %d\n", m + P, m[P + 50]);
	int out = open("out", O_RDWR | O_CREAT, 0644);
	printf("write from it: %ld\n", (long)write(out, m, 2 * P));
	printf("read into it: %ld\n", (long)pread(out, m + P, 100, 0));
	show("then", fd, P + 10);
	close(fd);
	strcpy(m, "after close");
	SAY(munmap(m, 4 * P));
	printf("%x\n", sum("together"));
	SAY(mprotect(r, 2 * P, PROT_READ | PROT_WRITE));
	strcpy(r + 100, "made writable");
	SAY(munmap(r, 4 * P));
	printf("%x\n", sum("together"));
}

static void refusals(void)
{
	make("refused", P);
	int r = open("refused", O_RDONLY), w = open("refused", O_WRONLY), a = open("refused", O_RDWR | O_APPEND);

	SAY(mmap(NULL, P, PROT_READ | PROT_WRITE, MAP_SHARED, r, 0) == MAP_FAILED ? -1 : 0);
	SAY(mmap(NULL, P, PROT_READ | PROT_WRITE, MAP_SHARED, w, 0) == MAP_FAILED ? -1 : 0);
	char *m = map(a, P, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	strcpy(m, "in front");
	char *q = map(r, P, PROT_READ, MAP_SHARED, 0);
	SAY(mprotect(q, P, PROT_READ | PROT_WRITE));
	printf("shows %s\n", q);
	SAY(msync(m, P, MS_SYNC));
	SAY(write(a, "behind", 6));
	munmap(m, P);
	printf("%x\n", sum("refused"));
}

static char *area;

static void *store(void *arg)
{
	long me = (long)arg;

	for (int i = 0; i < PAGES; i++)
		for (int k = 0; k < 16; k++)
			area[i * P + 256 * k + 100 * me] = 'a' + me;
	return NULL;
}

static void *put(void *arg)
{
	int fd = open("threads", O_RDWR);

	for (int i = 0; i < PAGES; i++)
		for (int k = 0; k < 16; k += 3)
			pwrite(fd, "w", 1, i * P + 256 * k + 50);
	close(fd);
	return NULL;
}

static void *sync_it(void *arg)
{
	for (int i = 0; i < 30; i++)
		msync(area, PAGES * P, MS_SYNC);
	return NULL;
}

/* Nothing that anybody wrote is lost, however it went to the file. */
static void threads(void)
{
	int fd = make("threads", PAGES * P);
	pthread_t t[4];

	area = map(fd, PAGES * P, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	pthread_create(&t[0], NULL, store, (void *)0);
	pthread_create(&t[1], NULL, store, (void *)1);
	pthread_create(&t[2], NULL, put, NULL);
	pthread_create(&t[3], NULL, sync_it, NULL);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	munmap(area, PAGES * P);
	close(fd);
	printf("%x\n", sum("threads"));
}

enum { ROUNDS = 200, FEW = 16 };
static pthread_barrier_t turn;

static void *touch(void *arg)
{
	for (int r = 0; r < ROUNDS; r++) {
		pthread_barrier_wait(&turn);
		for (int i = 0; i < FEW; i++)
			area[i * P] = 'a';
		pthread_barrier_wait(&turn);
	}
	return NULL;
}

/* What is written while the page that it goes to is read, for a store beside it, shows there and stays. */
static void while_read(void)
{
	pthread_t t;
	int lost = 0;

	pthread_barrier_init(&turn, NULL, 2);
	pthread_create(&t, NULL, touch, NULL);
	for (int r = 0; r < ROUNDS; r++) {
		int fd = make("read", FEW * P);
		area = map(fd, FEW * P, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
		pthread_barrier_wait(&turn);
		for (int i = 0; i < FEW; i++)
			pwrite(fd, "w", 1, i * P + 50);
		pthread_barrier_wait(&turn);
		msync(area, FEW * P, MS_SYNC);
		for (int i = 0; i < FEW; i++) {
			char c = 0;
			lost += pread(fd, &c, 1, i * P + 50) != 1 || c != 'w' || area[i * P + 50] != 'w' || area[i * P] != 'a';
		}
		munmap(area, FEW * P);
		close(fd);
		unlink("read");
	}
	pthread_join(t, NULL);
	printf("while pages are read: %d lost\n", lost);
}

static volatile int grown;

static void *ask(void *fd)
{
	struct stat st;

	while (!grown)
		fstat((long)fd, &st);
	return NULL;
}

/* A file grows while others ask how long it is: what is stored where it grew stays. On one processor, where they run while the
 * one that makes it grow waits. */
static void grows(void)
{
	cpu_set_t all, one;

	sched_getaffinity(0, sizeof(all), &all);
	CPU_ZERO(&one);
	for (int i = 0; !CPU_COUNT(&one); i++)
		if (CPU_ISSET(i, &all))
			CPU_SET(i, &one);
	sched_setaffinity(0, sizeof(one), &one);
	int fd = make("grows", 0), lost = 0;
	char *m = map(fd, ROUNDS * P, PROT_READ | PROT_WRITE, MAP_SHARED, 0), c;
	pthread_t t[3];

	for (int i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, ask, (void *)(long)fd);
	for (int i = 0; i < ROUNDS; i++) {
		pwrite(fd, "e", 1, i * P + P - 1);
		m[i * P] = 's';
		msync(m + i * P, P, MS_SYNC);
	}
	grown = 1;
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	munmap(m, ROUNDS * P);
	for (int i = 0; i < ROUNDS; i++)
		lost += pread(fd, &c, 1, i * P) != 1 || c != 's';
	sched_setaffinity(0, sizeof(all), &all);
	printf("where the file grew: %d lost\n", lost);
	close(fd);
	unlink("grows");
}

/* More than the machine should hold back. */
static void much(void)
{
	long bytes = 24 << 20;
	int fd = make("much", bytes);
	char *m = map(fd, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	unsigned bad = 0;

	for (long i = 0; i < bytes; i += P)
		*(long *)(m + i + 8) = i;
	munmap(m, bytes);
	for (long i = 0, v; i < bytes; i += P)
		bad += pread(fd, &v, 8, i + 8) != 8 || v != i;
	printf("much: %u bad\n", bad);
	close(fd);
	unlink("much");
}

static void removed(void)
{
	int fd = make("removed", P);
	char *m = map(fd, P, PROT_READ | PROT_WRITE, MAP_SHARED, 0);

	strcpy(m, "still there");
	unlink("removed");
	show("removed", fd, 0);
	strcpy(m, "and again");
	SAY(munmap(m, P));
	show("removed", fd, 0);
	close(fd);
}

/* What is stored behind the end of a file is none of it when it grows, by truncation or by a write (Linux's ext4; its tmpfs
 * keeps it). */
static int tail(void)
{
	for (int by_write = 0; by_write < 2; by_write++) {
		char b[2];
		int fd = make("tail", 5500);
		char *m = map(fd, 2 * P, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
		m[6001] = 'S';
		if (by_write)
			pwrite(fd, "w", 1, 7000);
		else
			ftruncate(fd, 2 * P);
		pread(fd, b, 1, 6001);
		msync(m, 2 * P, MS_SYNC);
		pread(fd, b + 1, 1, 6001);
		if (m[6001] || b[0] || b[1])
			return 1;
		munmap(m, 2 * P);
		close(fd);
		unlink("tail");
	}
	return 0;
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	if (chdir(argv[1]))
		return 1;
	if (argc < 3) {
		together();
		refusals();
		threads();
		while_read();
		grows();
		much();
		removed();
		return 0;
	}
	if (!strcmp(argv[2], "tail"))
		return tail();
	char *m = map(make(argv[2], 2 * P), 2 * P, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	strcpy(m + P - 4, "at the end");
	if (!strcmp(argv[2], "killed"))
		raise(SIGKILL);
	if (!strcmp(argv[2], "moved"))
		m = mmap(m, 2 * P, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	return 3;
}
