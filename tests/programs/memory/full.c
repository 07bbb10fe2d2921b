/* Files in memory take all there is: calls fail with an error, output still
 * comes, and everything works again when the files are gone. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <unistd.h>

static char block[65536];

static const char *why(int err)
{
	return err == ENOSPC ? "ENOSPC" : err == ENOMEM || err == EAGAIN || err == ENOBUFS ? "no memory" : err == EMFILE ? "EMFILE" : strerror(err);
}

static long fill(int fd)
{
	long n = 0, r;

	while ((r = write(fd, block, sizeof(block))) > 0)
		n += r;
	printf("full: %s\n", why(errno));
	return n;
}

static int fds[2000], count;

/* Opens more of a kind until that fails; nothing else may happen. */
static void many(const char *what, int (*more)(void))
{
	int before = count;

	while (count < 1900 && !more())
		;
	printf("%s: some %d, %s\n", what, count > before, count < 1900 ? why(errno) : "enough");
	while (count > before)
		close(fds[--count]);
}

static int more_pipes(void)
{
	int p[2];

	if (pipe2(p, O_NONBLOCK))
		return -1;
	fds[count++] = p[0];
	fds[count++] = p[1];
	return write(p[1], block, 65536) <= 0 ? -1 : 0;
}

static int more_sockets(void)
{
	int p[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, p))
		return -1;
	fds[count++] = p[0];
	fds[count++] = p[1];
	return write(p[1], block, 65536) <= 0 ? -1 : 0;
}

static int more_files(void)
{
	char name[300];

	memset(name, 'x', 240);
	sprintf(name + 240, "%d", count);
	memcpy(name, "/run/", 5);
	int fd = open(name, O_CREAT | O_RDWR, 0600);
	if (fd < 0)
		return -1;
	unlink(name);
	fds[count++] = fd;
	return 0;
}

static int more_epolls(void)
{
	int ep = epoll_create1(0), ev = eventfd(0, 0);
	struct epoll_event e = { .events = EPOLLIN };

	if (ep >= 0)
		fds[count++] = ep;
	if (ev >= 0)
		fds[count++] = ev;
	return ep < 0 || ev < 0 ? -1 : epoll_ctl(ep, EPOLL_CTL_ADD, ev, &e);
}

static void *sleeper(void *arg)
{
	pause();
	return arg;
}

static void nothing(int sig) {}

static void threads(void)
{
	static pthread_t t[100];
	pthread_attr_t a;
	int n = 0, err = 0;

	pthread_attr_init(&a);
	pthread_attr_setstacksize(&a, 32768);
	while (n < 100 && !(err = pthread_create(&t[n], &a, sleeper, NULL)))
		n++;
	printf("threads: %s\n", n < 100 ? why(err) : "enough");
	for (int i = 0; i < n; i++)
		pthread_cancel(t[i]);
	for (int i = 0; i < n; i++)
		pthread_join(t[i], NULL);
}

static void maps(void)
{
	int n = 0;
	char *p = MAP_FAILED;

	for (; n < 60000; n++)
		if ((p = mmap((void *)(0x100000000 + n * 8192L), 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)) == MAP_FAILED)
			break;
	printf("maps: %s\n", p == MAP_FAILED ? why(errno) : "enough");
	munmap((void *)0x100000000, 60000 * 8192L);
}

/* A page of the program's own that cannot be had ends it, so that these are there before memory is out. */
static __attribute__((noinline)) void touch(void)
{
	char stack[32768];

	memset(stack, 1, sizeof(stack));
	__asm__ volatile("" :: "r"(stack) : "memory");
	memset(fds, -1, sizeof(fds));
}

int main(void)
{
	int tmp = open("/tmp/full", O_CREAT | O_RDWR, 0600), mem;
	struct statvfs s;
	char *map;
	long n;

	touch();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGUSR1, nothing);
	setvbuf(stdout, NULL, _IOLBF, 0);
	n = fill(tmp);
	statvfs("/tmp", &s);
	map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, tmp, 0);
	printf("/tmp: all of its size %d, nothing free %d %d, map of it %d\n", n == (long)s.f_blocks * 4096, s.f_bavail == 0,
		open("/tmp/other", O_CREAT | O_RDWR, 0600) >= 0, map != MAP_FAILED);
	mem = memfd_create("m", 0);
	n = fill(mem);
	many("pipes", more_pipes);
	many("sockets", more_sockets);
	many("files", more_files);
	many("epolls", more_epolls);
	maps();
	printf("more: %s\n", write(mem, block, 4096) < 0 ? why(errno) : "written");
	ftruncate(mem, 0);
	unlink("/tmp/full");
	close(tmp);
	munmap(map, 4096);
	for (count = 0; count < 100 && !more_pipes();)
		;
	printf("pipes again %d\n", count);
	while (count)
		close(fds[--count]);
	threads();
	printf("filled again %d\n", fill(mem) >= n);
	return 0;
}
