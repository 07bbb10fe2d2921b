/* What a signal does to each call that waits: EINTR, or the call goes on (SA_RESTART); time that is left; threads that
 * end by exit(2) alone. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static volatile int ran;
static int main_tid, p[2], s[2], word, ev, tfd, ep, fifo_end;
static pthread_t main_thread;
static void handler(int sig) { ran++; }
static char buf[65536], fifo[40];

static void pause_ms(int ms)
{
	struct timespec t = { 0, ms * 1000000 };
	nanosleep(&t, NULL);
}

static volatile int finished;

static int sleeps(void)
{
	char name[64], text[256];

	snprintf(name, sizeof(name), "/proc/self/task/%d/stat", main_tid);
	int f = open(name, O_RDONLY);
	int n = read(f, text, sizeof(text) - 1);
	close(f);
	text[n > 0 ? n : 0] = 0;
	char *end = strrchr(text, ')');
	return end && end[2] == 'S';
}

/* Until the call waits, or is over. */
static void settle(void)
{
	while (!finished && !sleeps())
		pause_ms(1);
}

static void disturb_once(void)
{
	int before = ran;

	settle();
	if (finished)
		return;
	pthread_kill(main_thread, SIGUSR1);
	while (ran == before)
		pause_ms(1);
}

/* Two signals; then what ends the wait of a call that goes on. */
static void *disturb(void *arg)
{
	disturb_once();
	disturb_once();
	settle();
	uint64_t one = 1;
	switch ((long)arg) {
	case 0: write(p[1], "x", 1); break;
	case 1: write(s[1], "x", 1); break;
	case 2: __atomic_store_n(&word, 1, 5); syscall(SYS_futex, &word, FUTEX_WAKE, 1, 0, 0, 0); break;
	case 3: write(ev, &one, 8); break;
	case 4: fcntl(p[0], F_SETFL, O_NONBLOCK); while (read(p[0], buf, sizeof(buf)) > 0) ; break;
	case 5: fifo_end = open(fifo, O_WRONLY | O_NONBLOCK); break;
	}
	return NULL;
}

static long result;
static void told(const char *name, int flags, long r)
{
	printf("%s%s: %s, handler ran %d\n", name, flags ? " with SA_RESTART" : "", r < 0 ? strerror(errno) : "done", ran);
}

static void drain(void)
{
	int n;
	fcntl(p[0], F_SETFL, O_NONBLOCK);
	while ((n = read(p[0], buf, sizeof(buf))) > 0) ;
	fcntl(p[0], F_SETFL, 0);
	while (recv(s[0], buf, sizeof(buf), MSG_DONTWAIT) > 0) ;
	uint64_t v;
	fcntl(ev, F_SETFL, O_NONBLOCK);
	read(ev, &v, 8);
	fcntl(ev, F_SETFL, 0);
	word = 0;
}

#define WAIT(kind, name, call) do { \
	for (int flags = 0; flags <= SA_RESTART; flags += SA_RESTART) { \
		pthread_t t; \
		struct sigaction a = { .sa_handler = handler, .sa_flags = flags }; \
		sigaction(SIGUSR1, &a, NULL); \
		ran = finished = 0; \
		pthread_create(&t, NULL, disturb, (void *)(long)(kind)); \
		errno = 0; \
		long r = (call); \
		int e = errno; \
		finished = 1; \
		int ran_then = ran; \
		pthread_join(t, NULL); \
		ran = ran_then; \
		errno = e; \
		told(name, flags, r); \
		drain(); \
	} } while (0)

static void calls(void)
{
	struct timespec soon = { 0, 200000000 }, left;
	struct timeval tv;
	struct pollfd pf = { p[0], POLLIN };
	struct epoll_event e;
	fd_set set;
	sigset_t none;
	struct iovec v = { buf, 1 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };

	sigemptyset(&none);
	WAIT(0, "read pipe", read(p[0], buf, 1));
	WAIT(0, "readv pipe", readv(p[0], &v, 1));
	WAIT(1, "read socket", read(s[0], buf, 1));
	WAIT(1, "recv", recv(s[0], buf, 1, 0));
	WAIT(1, "recvmsg", recvmsg(s[0], &m, 0));
	WAIT(3, "read eventfd", read(ev, buf, 8));
	WAIT(2, "futex", syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, 0, 0));
	WAIT(2, "futex with time", syscall(SYS_futex, &word, FUTEX_WAIT, 0, &soon, 0, 0));
	WAIT(0, "poll", poll(&pf, 1, 500));
	WAIT(0, "ppoll", ppoll(&pf, 1, &soon, NULL));
	WAIT(0, "ppoll with mask", ppoll(&pf, 1, &soon, &none));
	WAIT(0, "select", ({ FD_ZERO(&set); FD_SET(p[0], &set); select(p[0] + 1, &set, NULL, NULL, NULL); }));
	WAIT(0, "pselect", ({ FD_ZERO(&set); FD_SET(p[0], &set); pselect(p[0] + 1, &set, NULL, NULL, NULL, &none); }));
	WAIT(0, "epoll_wait", epoll_wait(ep, &e, 1, 500));
	WAIT(0, "epoll_pwait", epoll_pwait(ep, &e, 1, 500, &none));
	WAIT(6, "nanosleep", nanosleep(&soon, &left));
	printf("left %d\n", left.tv_sec == 0 && left.tv_nsec > 0 && left.tv_nsec <= 250000000);
	WAIT(6, "clock_nanosleep", (errno = clock_nanosleep(CLOCK_MONOTONIC, 0, &soon, &left)) ? -1 : 0);
	WAIT(6, "usleep", usleep(100000));
	WAIT(6, "pause", pause());
	WAIT(6, "sigsuspend", sigsuspend(&none));
	WAIT(6, "read timerfd", ({ struct itimerspec it = { { 0 }, { 0, 60000000 } }; timerfd_settime(tfd, 0, &it, NULL); read(tfd, buf, 8); }));
	WAIT(4, "write pipe", (fcntl(p[1], F_SETFL, O_NONBLOCK), ({ while (write(p[1], buf, 4096) > 0) ; }), fcntl(p[1], F_SETFL, 0), write(p[1], buf, 4096)));
	WAIT(6, "read socket with time", ({ tv = (struct timeval){ 0, 100000 }; setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)); read(s[0], buf, 1); }));
	snprintf(fifo, sizeof(fifo), "/tmp/interrupted.%d", getpid());
	mkfifo(fifo, 0600);
	WAIT(5, "open fifo", ({ int f = open(fifo, O_RDONLY); if (f >= 0) close(f); f; }));
	unlink(fifo);
}

static void left(void)
{
	struct timeval tv = { 5, 0 }, short_tv = { 0, 2000 };
	struct timespec ts = { 5, 0 };
	fd_set set;

	puts("--- time left");
	write(p[1], "x", 1);
	FD_ZERO(&set); FD_SET(p[0], &set);
	printf("%ld", syscall(SYS_select, p[0] + 1, &set, NULL, NULL, &tv)), printf(" %d\n", tv.tv_sec == 4 && tv.tv_usec > 0);
	long arg[2] = { 0, 8 };
	printf("%ld", syscall(SYS_pselect6, p[0] + 1, &set, NULL, NULL, &ts, arg)), printf(" %d\n", ts.tv_sec == 4 && ts.tv_nsec > 0);
	struct pollfd pf = { p[0], POLLIN };
	ts = (struct timespec){ 5, 0 };
	printf("%ld", syscall(SYS_ppoll, &pf, 1, &ts, NULL, 8)), printf(" %d\n", ts.tv_sec == 4 && ts.tv_nsec > 0);
	ts = (struct timespec){ 5, 0 };
	printf("pselect %d", pselect(p[0] + 1, &set, NULL, NULL, &ts, NULL)), printf(" %ld %ld\n", ts.tv_sec, ts.tv_nsec);
	ts = (struct timespec){ 5, 0 };
	printf("ppoll %d", ppoll(&pf, 1, &ts, NULL)), printf(" %ld %ld\n", ts.tv_sec, ts.tv_nsec);
	tv = (struct timeval){ 5, 0 };
	printf("select %d", select(p[0] + 1, &set, NULL, NULL, &tv)), printf(" %d\n", tv.tv_sec == 4);
	printf("timed out %d", select(0, NULL, NULL, NULL, &short_tv)), printf(" %ld %ld\n", short_tv.tv_sec, short_tv.tv_usec);
	tv = (struct timeval){ 0, -1 };
	printf("%ld", syscall(SYS_select, 0, NULL, NULL, NULL, &tv)), printf(" %m\n");
	tv = (struct timeval){ 0, 2000000 };
	printf("%ld", syscall(SYS_select, p[0] + 1, &set, NULL, NULL, &tv)), printf(" %ld\n", tv.tv_sec);
	drain();
}

static pthread_mutex_t robust;
static void *ends_raw(void *arg)
{
	if (arg)
		pthread_mutex_lock(&robust);
	syscall(SYS_exit, 0);
	return NULL;
}

static void threads(void)
{
	pthread_mutexattr_t a;
	pthread_t t;

	puts("--- threads");
	pthread_create(&t, NULL, ends_raw, NULL);
	printf("join %d\n", pthread_join(t, NULL));
	pthread_mutexattr_init(&a);
	pthread_mutexattr_setrobust(&a, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&robust, &a);
	pthread_create(&t, NULL, ends_raw, &t);
	printf("join %d\n", pthread_join(t, NULL));
	int r = pthread_mutex_lock(&robust);
	printf("lock: %s\n", strerror(r));
	printf("consistent %d\n", pthread_mutex_consistent(&robust));
	printf("unlock %d\n", pthread_mutex_unlock(&robust));
	printf("lock %d\n", pthread_mutex_lock(&robust));
	for (int i = 0; i < 50; i++) {
		pthread_create(&t, NULL, ends_raw, NULL);
		if (i & 1)
			pthread_detach(t);
		else
			pthread_join(t, NULL);
	}
	puts("fifty more");
}

int main(void)
{
	struct epoll_event e = { .events = EPOLLIN };

	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	main_thread = pthread_self();
	main_tid = syscall(SYS_gettid);
	pipe(p);
	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	ev = eventfd(0, 0);
	tfd = timerfd_create(CLOCK_MONOTONIC, 0);
	ep = epoll_create1(0);
	epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &e);
	calls();
	left();
	threads();
	return 0;
}
