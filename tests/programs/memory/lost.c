// Memory that another thread takes away while a call sleeps: each kind of call, each way, and what it says then.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define SIZE 65536

static int fds[2], other = -1, memory;
static char *buf, *half;

struct call {
	const char *name;
	void (*begin)(void);	// makes fds
	long (*run)(void);	// sleeps, then uses buf
	void (*go)(void);	// wakes it
	int behind;		// what is left can be read after an error
};

static void make_pipe(void) { pipe(fds); }
static void make_pair(void) { socketpair(AF_UNIX, SOCK_STREAM, 0, fds); }
static void make_packets(void) { socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds); }
static void put(void) { write(fds[1], "0123456789", 10); }
static void fill(void)
{
	char page[4096] = "";
	fcntl(fds[1], F_SETFL, O_NONBLOCK);
	while (write(fds[1], page, sizeof(page)) > 0)
		;
	fcntl(fds[1], F_SETFL, 0);
}
static void full_pipe(void) { make_pipe(); fill(); }
static void drain(void)
{
	char page[4096];
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	while (read(fds[0], page, sizeof(page)) > 0)
		;
}

static long do_read(void) { return read(fds[0], half, 10); }
static long do_read_across(void) { return read(fds[0], half - 4, 10); }
static long do_readv(void) { return readv(fds[0], (struct iovec[]){ { buf, 4 }, { half, 4 } }, 2); }
static long do_recvfrom(void) { return recvfrom(fds[0], half, 10, 0, NULL, NULL); }
static long do_recvmsg(void)
{
	struct iovec v = { half, 10 };
	return recvmsg(fds[0], &(struct msghdr){ .msg_iov = &v, .msg_iovlen = 1 }, 0);
}
static long do_recvmsg_header(void)
{
	struct msghdr *m = (void *)half;
	static char to[10];
	static struct iovec v = { to, 10 };
	*m = (struct msghdr){ .msg_iov = &v, .msg_iovlen = 1 };
	return recvmsg(fds[0], m, 0);
}
static long do_write(void) { return write(fds[1], half, 4096); }
static long do_writev(void) { return writev(fds[1], (struct iovec[]){ { buf, 4096 }, { half, 4096 } }, 2); }
static long do_poll(void)
{
	struct pollfd *p = (void *)half;
	*p = (struct pollfd){ fds[0], POLLIN };
	return poll(p, 1, -1);
}
static long do_select(void)
{
	fd_set *s = (void *)half;
	FD_ZERO(s);
	FD_SET(fds[0], s);
	return select(fds[0] + 1, s, NULL, NULL, NULL);
}
static void make_epoll(void)
{
	make_pipe();
	other = epoll_create1(0);
	epoll_ctl(other, EPOLL_CTL_ADD, fds[0], &(struct epoll_event){ EPOLLIN });
}
static long do_epoll(void) { return epoll_wait(other, (void *)half, 4, -1); }
static void make_event(void) { fds[0] = fds[1] = eventfd(0, 0); }
static void add(void) { write(fds[1], &(uint64_t){ 7 }, 8); }
static void make_timer(void) { fds[0] = fds[1] = timerfd_create(CLOCK_MONOTONIC, 0); }
static void arm(void) { timerfd_settime(fds[0], 0, &(struct itimerspec){ .it_value = { 0, 1 } }, NULL); }
static void make_signal(void)
{
	sigset_t s;
	sigemptyset(&s);
	sigaddset(&s, SIGUSR1);
	fds[0] = signalfd(-1, &s, 0);
	fds[1] = -1;
}
static long do_read_signal(void) { return read(fds[0], half, 128); }
static void raise_it(void) { kill(getpid(), SIGUSR1); }
static void nothing(void) { fds[0] = fds[1] = -1; }
static long do_sigwait(void)
{
	sigset_t s;
	sigemptyset(&s);
	sigaddset(&s, SIGUSR1);
	return sigwaitinfo(&s, (void *)half);
}
static void make_notify(void)
{
	fds[0] = inotify_init1(0);
	fds[1] = -1;
	close(open("/tmp/watched", O_CREAT | O_RDWR, 0600));
	inotify_add_watch(fds[0], "/tmp/watched", IN_OPEN);
}
static void touch(void) { close(open("/tmp/watched", O_RDONLY)); }
static long do_read_notify(void) { return read(fds[0], half, 128); }
static void make_queue(void) { fds[0] = fds[1] = -1; other = msgget(IPC_PRIVATE, 0600); }
static long do_msgrcv(void) { return msgrcv(other, half, 8, 0, 0); }
static void msg(void) { msgsnd(other, &(struct { long type; char text[8]; }){ 1, "text" }, 8, 0); }
static void make_mq(void)
{
	struct mq_attr a = { .mq_maxmsg = 2, .mq_msgsize = 64 };
	fds[0] = fds[1] = mq_open("/lost", O_CREAT | O_RDWR, 0600, &a);
	mq_unlink("/lost");
}
static long do_mq(void) { return mq_receive(fds[0], half, 64, NULL); }
static void mq(void) { mq_send(fds[1], "hello", 5, 0); }
static void make_listener(void)
{
	struct sockaddr_un a = { AF_UNIX, "\0lost" };
	fds[0] = socket(AF_UNIX, SOCK_STREAM, 0);
	bind(fds[0], (void *)&a, 7);
	listen(fds[0], 4);
	fds[1] = socket(AF_UNIX, SOCK_STREAM, 0);
}
static long do_accept(void)
{
	*(socklen_t *)half = 100;
	int fd = accept(fds[0], (void *)(half + 8), (void *)half);
	if (fd >= 0)
		close(fd);
	return fd >= 0 ? 1 : fd;
}
static void do_connect(void) { connect(fds[1], (void *)&(struct sockaddr_un){ AF_UNIX, "\0lost" }, 7); }

static const struct call calls[] = {
	{ "pipe", make_pipe, do_read, put, 1 },
	{ "pipe, half", make_pipe, do_read_across, put, 1 },
	{ "pipe, vector", make_pipe, do_readv, put, 0 },
	{ "full pipe", full_pipe, do_write, drain, 0 },
	{ "full pipe, vector", full_pipe, do_writev, drain, 0 },
	{ "stream", make_pair, do_read, put, 1 },
	{ "stream, recvfrom", make_pair, do_recvfrom, put, 1 },
	{ "stream, recvmsg", make_pair, do_recvmsg, put, 1 },
	{ "packets", make_packets, do_read, put, 0 },
	{ "header", make_packets, do_recvmsg_header, put, 0 },
	{ "poll", make_pipe, do_poll, put, 1 },
	{ "select", make_pipe, do_select, put, 1 },
	{ "epoll", make_epoll, do_epoll, put, 1 },
	{ "eventfd", make_event, do_read, add, 0 },
	{ "timerfd", make_timer, do_read, arm, 0 },
	{ "signalfd", make_signal, do_read_signal, raise_it, 0 },
	{ "sigwaitinfo", nothing, do_sigwait, raise_it, 0 },
	{ "inotify", make_notify, do_read_notify, touch, 0 },
	{ "msgrcv", make_queue, do_msgrcv, msg, 0 },
	{ "mq_receive", make_mq, do_mq, mq, 0 },
	{ "accept", make_listener, do_accept, do_connect, 0 },
};

static const struct call *now;
static long result;
static int error;
static _Atomic int tid;

/* It sleeps in the call, or has done it. */
static void wait_until_asleep(void)
{
	char name[64], text[200];

	while (!tid)
		usleep(100);
	snprintf(name, sizeof(name), "/proc/self/task/%d/stat", tid);
	for (;;) {
		int fd = open(name, O_RDONLY);
		long n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
		close(fd);
		if (n <= 0)
			return;
		text[n] = 0;
		if (strrchr(text, ')')[2] == 'S')
			return;
		usleep(1000);
	}
}

static void *caller(void *unused)
{
	tid = gettid();
	errno = 0;
	result = now->run();
	error = errno;
	return unused;
}

static const char *const ways[] = { "unmapped", "protected", "read only", "truncated" };

static void lose(int way)
{
	switch (way) {
	case 0: munmap(half, SIZE / 2); break;
	case 1: mprotect(half, SIZE / 2, PROT_NONE); break;
	case 2: mprotect(half, SIZE / 2, PROT_READ); break;
	case 3: ftruncate(memory, SIZE / 2); break;
	}
}

static void one(const struct call *c, int way)
{
	pthread_t t;
	char rest[16] = "";

	memory = memfd_create("m", 0);
	ftruncate(memory, SIZE);
	buf = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, way == 3 ? MAP_SHARED : MAP_PRIVATE, memory, 0);
	half = buf + SIZE / 2;
	memset(buf, 'x', SIZE);
	now = c;
	tid = 0;
	c->begin();
	pthread_create(&t, NULL, caller, NULL);
	wait_until_asleep();
	lose(way);
	c->go();
	pthread_join(t, NULL);
	printf("%s, %s: %ld %s", c->name, ways[way], result, result < 0 ? strerror(error) : "");
	if (c->behind && fds[0] >= 0) {
		fcntl(fds[0], F_SETFL, O_NONBLOCK);
		long n = read(fds[0], rest, 10);
		printf(", then %ld %s", n, rest);
	}
	puts("");
	if (c->run == do_msgrcv)
		msgctl(other, IPC_RMID, NULL);
	else if (other >= 0)
		close(other);
	other = -1;
	close(fds[0]);
	if (fds[1] != fds[0])
		close(fds[1]);
	close(memory);
	munmap(buf, SIZE);
}

// A torture: calls of all kinds on memory that comes and goes; nothing but the calls looks at it.
#define ROUNDS 150
#define AREAS 8
#define AREA (16 * 4096)
static char *areas[AREAS];
static int files[AREAS];
static _Atomic int users;

static void handled(int sig) {}

static unsigned roll(unsigned *seed, unsigned n)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % n;
}

static void take(unsigned *seed)
{
	unsigned i = roll(seed, AREAS);
	char *at = areas[i] + roll(seed, 12) * 4096;
	size_t n = (1 + roll(seed, 4)) * 4096;

	switch (roll(seed, 6)) {
	case 0: munmap(at, n); break;
	case 1: mprotect(at, n, PROT_NONE); break;
	case 2: mprotect(at, n, PROT_READ); break;
	case 3: ftruncate(files[i], roll(seed, AREA)); break;
	case 4:
		ftruncate(files[i], AREA);
		mmap(areas[i], AREA, PROT_READ | PROT_WRITE, MAP_FIXED | (i & 1 ? MAP_SHARED : MAP_PRIVATE), files[i], 0);
		break;
	case 5: mmap(at, n, PROT_READ | PROT_WRITE, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); break;
	}
}

static void *user(void *arg)
{
	unsigned seed = (uintptr_t)arg;
	int p[2], s[2], file = open("/tmp/torture", O_CREAT | O_RDWR, 0600), zero = open("/dev/zero", O_RDONLY),
		random = open("/dev/urandom", O_RDONLY), null = open("/dev/null", O_WRONLY), ep = epoll_create1(0), ev = eventfd(1, EFD_NONBLOCK);

	pipe2(p, O_NONBLOCK);
	socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, s);
	epoll_ctl(ep, EPOLL_CTL_ADD, ev, &(struct epoll_event){ EPOLLIN });
	for (int i = 0; i < ROUNDS; i++) {
		if (i % 2)
			take(&seed);
		char *at = areas[roll(&seed, AREAS)] + roll(&seed, AREA);
		size_t n = roll(&seed, 3) ? 1 + roll(&seed, 20000) : 1 + roll(&seed, 64);
		char *two = areas[roll(&seed, AREAS)] + roll(&seed, AREA);
		struct iovec v[3] = { { at, n }, { two, 100 }, { two + 4096, 3000 } };
		struct msghdr m = { .msg_iov = v, .msg_iovlen = 3, .msg_control = two, .msg_controllen = 64 };
		switch (roll(&seed, 30)) {
		case 0: read(zero, at, n); break;
		case 1: write(p[1], at, n); break;
		case 2: read(p[0], at, n); break;
		case 3: write(s[1], at, n); break;
		case 4: read(s[0], at, n); break;
		case 5: pwrite(file, at, n, roll(&seed, 10000)); break;
		case 6: pread(file, at, n, 0); break;
		case 7: writev(p[1], v, 3); break;
		case 8: readv(p[0], v, 3); break;
		case 9: recvmsg(s[0], &m, 0); break;
		case 10: m.msg_controllen = 0; sendmsg(s[1], &m, 0); break;
		case 11: open(at, O_RDONLY); break;
		case 12: poll((void *)at, 4, 0); break;
		case 13: epoll_wait(ep, (void *)at, 4, 0); break;
		case 14: clock_gettime(CLOCK_MONOTONIC_RAW + 100, (void *)at); break;
		case 15: getpeername(s[1], (void *)at, (void *)two); break;
		case 16: readlink("/proc/self/exe", at, n); break;
		case 17: read(random, at, n); break;
		case 18: write(null, at, n); break;
		case 19: nanosleep(&(struct timespec){ 0, 1 }, (void *)at); break;
		case 20: getsockname(s[0], (void *)at, (void *)two); break;
		case 21: sigaltstack(NULL, (void *)at); break;
		case 22: select(0, (void *)at, (void *)two, NULL, &(struct timeval){ 0, 1 }); break;
		case 23: mincore((void *)((uintptr_t)at & -4096ul), 4096, (void *)two); break;
		case 24: process_vm_readv(getpid(), v, 1, v + 1, 2, 0); break;
		case 25: vmsplice(p[1], v, 2, SPLICE_F_NONBLOCK); break;
		case 26: getdents64(-1, at, n); break;
		case 27: readv(-1, (void *)at, 3); break;
		case 28: writev(null, (void *)at, 3); break;
		case 29: lseek(p[0], 0, SEEK_SET); write(ev, at, 8); break;
		}
	}
	users--;
	close(p[0]), close(p[1]), close(s[0]), close(s[1]), close(file), close(zero), close(random), close(null), close(ep), close(ev);
	return NULL;
}

static void torture(void)
{
	pthread_t u[3];

	for (int i = 0; i < AREAS; i++) {
		files[i] = memfd_create("m", 0);
		ftruncate(files[i], AREA);
		areas[i] = mmap(NULL, AREA + 8192, PROT_READ | PROT_WRITE, MAP_SHARED, files[i], 0);
	}
	signal(SIGUSR2, handled);
	users = 3;
	for (uintptr_t i = 0; i < 3; i++)
		pthread_create(&u[i], NULL, user, (void *)(i + 7));
	while (users) {	// handlers begin and return while areas change
		for (int i = 0; i < 3; i++)
			pthread_kill(u[i], SIGUSR2);
		usleep(100);
	}
	for (int i = 0; i < 3; i++)
		pthread_join(u[i], NULL);
	puts("survived");
}

int main(int argc, char **argv)
{
	sigset_t s;

	setvbuf(stdout, NULL, _IOLBF, 0);
	sigemptyset(&s);
	sigaddset(&s, SIGUSR1);
	sigprocmask(SIG_BLOCK, &s, NULL);
	signal(SIGPIPE, SIG_IGN);
	for (unsigned c = 0; c < sizeof(calls) / sizeof(calls[0]); c++)
		for (int way = 0; way < 4; way++)
			if (!argv[1] || !strcmp(argv[1], calls[c].name))
				one(&calls[c], way);
	torture();
	return 0;
}
