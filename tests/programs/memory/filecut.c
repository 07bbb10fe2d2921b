/* A file that is mapped gets shorter, longer, holes: what the mappings show. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096

static sigjmp_buf out;
static char *volatile fault_at;
static volatile int fault_code;

static void on_bus(int sig, siginfo_t *info, void *context)
{
	fault_at = info->si_addr;
	fault_code = info->si_code;
	siglongjmp(out, sig);
}

/* What reading P gives: a letter, 0 for a zero, or the signal. */
static const char *peek(volatile char *p)
{
	static char text[4][32];
	static int next;
	char *t = text[next++ % 4];
	int sig = sigsetjmp(out, 1);

	if (!sig)
		snprintf(t, 32, *p ? "%c" : "zero", *p);
	else
		snprintf(t, 32, "signal %d code %d %s", sig, fault_code, fault_at == (char *)p ? "here" : "elsewhere");
	return t;
}

static const char *poke(volatile char *p, char c)
{
	int sig = sigsetjmp(out, 1);

	if (!sig)
		*p = c;
	return sig ? "signal" : "ok";
}

static char in_file(int fd, off_t at)
{
	char c = 0;

	return pread(fd, &c, 1, at) != 1 ? '-' : c ? c : '0';
}

static void cut_and_grow(int fd, const char *what)
{
	char *m, *p, *w;

	ftruncate(fd, 4 * PAGE);
	m = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	p = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	w = mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, fd, 2 * PAGE);
	for (int i = 0; i < 4; i++)
		m[i * PAGE] = m[i * PAGE + 200] = 'a' + i;
	printf("%s: private sees %s %s %s\n", what, peek(p), peek(p + PAGE), peek(p + 3 * PAGE));
	p[0] = p[2 * PAGE] = p[2 * PAGE + 200] = 'P';
	printf("second map %s %s\n", peek(w), peek(w + PAGE));

	ftruncate(fd, 2 * PAGE + 100);
	printf("cut to 2 pages and 100: shared %s %s %s %s\n", peek(m), peek(m + 2 * PAGE), peek(m + 2 * PAGE + 200), peek(m + 3 * PAGE));
	printf("private %s %s %s %s\n", peek(p), peek(p + 2 * PAGE), peek(p + 2 * PAGE + 200), peek(p + 3 * PAGE));
	printf("store behind the end: %s %s, in the last page %s\n", poke(m + 3 * PAGE, 'x'), poke(p + 3 * PAGE + 5, 'x'), poke(m + 2 * PAGE + 300, 'l'));

	ftruncate(fd, 4 * PAGE);
	printf("grown: shared %s %s %s, private %s, second %s\n", peek(m + 2 * PAGE), peek(m + 2 * PAGE + 200), peek(m + 3 * PAGE), peek(p + 3 * PAGE), peek(w + PAGE));
	printf("store %s", poke(m + 3 * PAGE, 'n'));
	printf(", file %c\n", in_file(fd, 3 * PAGE));
	pwrite(fd, "v", 1, 3 * PAGE + 1);
	printf("written, shared %s, second %s, private %s\n", peek(m + 3 * PAGE + 1), peek(w + PAGE + 1), peek(p + 3 * PAGE));

	ftruncate(fd, 0);
	printf("empty: %s %s %s %s\n", peek(m), peek(p), peek(p + 2 * PAGE), peek(w));
	pwrite(fd, "z", 1, 0);
	printf("read to behind its end: %d\n", pread(fd, m + PAGE, 1, 0) == -1 && errno == EFAULT);
	printf("one byte: %s %s, next page %s\n", peek(m), peek(p), peek(m + PAGE));
	munmap(m, 4 * PAGE);
	munmap(p, 4 * PAGE);
	munmap(w, 2 * PAGE);
	ftruncate(fd, 0);
}

static void holes(int fd, const char *what)
{
	char *m, *p;

	ftruncate(fd, 3 * PAGE);
	m = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	p = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	for (int i = 0; i < 3; i++)
		m[i * PAGE] = m[i * PAGE + 100] = 'a' + i;
	p[PAGE + 100] = 'P';
	peek(p);
	printf("%s: punch %d\n", what, fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 50, 2 * PAGE - 50));
	printf("shared %s %s %s %s, private %s %s %s\n", peek(m), peek(m + 100), peek(m + PAGE), peek(m + 2 * PAGE), peek(p), peek(p + PAGE), peek(p + PAGE + 100));
	m[PAGE] = 'n';
	printf("store: file %c\n", in_file(fd, PAGE));
	printf("MADV_REMOVE %d", madvise(m + 2 * PAGE, PAGE, MADV_REMOVE));
	printf(" file %c map %s\n", in_file(fd, 2 * PAGE), peek(m + 2 * PAGE));
	munmap(m, 3 * PAGE);
	munmap(p, 3 * PAGE);
	ftruncate(fd, 0);
}

static void reopened(void)
{
	const char *name = "/tmp/uk-filecut-2";
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
	char *m;

	ftruncate(fd, 2 * PAGE);
	m = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	m[0] = m[PAGE] = '1';
	close(open(name, O_RDWR | O_TRUNC));
	printf("O_TRUNC: %s %s\n", peek(m), peek(m + PAGE));
	truncate(name, 2 * PAGE);
	printf("truncate: %s", peek(m));
	printf(", store %s", poke(m, '2'));
	printf(", file %c\n", in_file(fd, 0));
	unlink(name);
	close(fd);
	m[PAGE] = '3';
	printf("unlinked and closed: %s %s\n", peek(m), peek(m + PAGE));
	munmap(m, 2 * PAGE);
}

/* A thread writes to the map all the time: its translations must go. */
static int shared_fd;
static volatile char *shared_map;
static volatile int stop;

static void *writer(void *arg)
{
	while (!stop)
		for (int i = 0; i < 8; i++)
			shared_map[i * PAGE]++;
	return arg;
}

static void *reader(void *arg)
{
	static char buf[8 * PAGE];

	while (!stop)
		pread(shared_fd, buf, sizeof(buf), 0);
	return arg;
}

static void threads(int fd)
{
	pthread_t t[2];
	int lost = 0;

	ftruncate(fd, 16 * PAGE);
	shared_fd = fd;
	shared_map = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	pthread_create(&t[0], NULL, writer, NULL);
	pthread_create(&t[1], NULL, reader, NULL);
	for (int i = 0; i < 300; i++) {
		shared_map[12 * PAGE] = 'x';
		fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 8 * PAGE);
		ftruncate(fd, 9 * PAGE);
		ftruncate(fd, 16 * PAGE);
		lost += shared_map[12 * PAGE] != 0;
	}
	stop = 1;
	pthread_join(t[0], NULL);
	pthread_join(t[1], NULL);
	for (int i = 0; i < 8; i++) {
		shared_map[i * PAGE] = 'A' + i;
		lost += in_file(fd, i * PAGE) != 'A' + i;
	}
	printf("threads: %d wrong\n", lost);
	munmap((void *)shared_map, 16 * PAGE);
	ftruncate(fd, 0);
}

static void zero_device(void)
{
	int fd = open("/dev/zero", O_RDWR);
	char *p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	char *s = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	printf("/dev/zero: %s %s", poke(p, 'p'), poke(s + PAGE, 's'));
	printf(" %s %s %s %s\n", peek(p), peek(p + PAGE), peek(s), peek(s + PAGE));
	close(fd);
}

int main(void)
{
	struct sigaction sa = { .sa_sigaction = on_bus, .sa_flags = SA_SIGINFO };
	const char *name = "/tmp/uk-filecut";
	int fd = open(name, O_CREAT | O_RDWR | O_TRUNC, 0600), mem = memfd_create("m", 0);
	int shm = shm_open("/uk-filecut", O_CREAT | O_RDWR, 0600);

	setvbuf(stdout, NULL, _IOLBF, 0);
	sigaction(SIGBUS, &sa, NULL);
	sigaction(SIGSEGV, &sa, NULL);
	cut_and_grow(fd, "file");
	cut_and_grow(mem, "memfd");
	cut_and_grow(shm, "shm");
	holes(mem, "memfd");
	holes(shm, "shm");
	reopened();
	zero_device();
	threads(mem);
	unlink(name);
	shm_unlink("/uk-filecut");
	return 0;
}
