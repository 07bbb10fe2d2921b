/* What poll(), level-triggered, edge-triggered and one-shot epolls say of each kind of file, step by step. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <errno.h>
#include <unistd.h>

static void bits(unsigned e)
{
	static const struct { unsigned bit; const char *name; } n[] = { { 1, "in" }, { 2, "pri" }, { 4, "out" }, { 8, "err" }, { 16, "hup" },
		{ 32, "nval" }, { 64, "rdnorm" }, { 0x100, "wrnorm" }, { 0x2000, "rdhup" } };
	for (unsigned i = 0; i < sizeof(n) / sizeof(*n); i++)
		if (e & n[i].bit)
			printf(" %s", n[i].name);
}

static int level, edge, shot, in_edge, out_edge;
static int watched[2];

static void add(int ep, int fd, unsigned events)
{
	struct epoll_event ev = { .events = events, .data.fd = fd };
	if (epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev))
		printf("add: %m\n");
}

#define ALL (EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLPRI)

static void begin(const char *what, int a, int b)
{
	printf("--- %s\n", what);
	level = epoll_create1(0), edge = epoll_create1(0), shot = epoll_create1(0), in_edge = epoll_create1(0), out_edge = epoll_create1(0);
	watched[0] = a;
	watched[1] = b;
	for (int i = 0; i < 2; i++)
		if (watched[i] >= 0) {
			add(level, watched[i], ALL);
			add(edge, watched[i], ALL | EPOLLET);
			add(shot, watched[i], ALL | EPOLLONESHOT);
			add(in_edge, watched[i], EPOLLIN | EPOLLET);
			add(out_edge, watched[i], EPOLLOUT | EPOLLET);
		}
}

static void end(void)
{
	close(level), close(edge), close(shot), close(in_edge), close(out_edge);
}

static void events(const char *kind, int ep)
{
	struct epoll_event ev[8];
	int n = epoll_wait(ep, ev, 8, 0);

	for (int k = 0; k < 2; k++)
		for (int i = 0; i < n; i++)
			if (ev[i].data.fd == watched[k]) {
				printf("  %s %c:", kind, 'a' + k);
				bits(ev[i].events);
				puts("");
			}
}

static void step(const char *what)
{
	printf("%s\n", what);
	for (int k = 0; k < 2; k++)
		if (watched[k] >= 0) {
			struct pollfd p = { watched[k], POLLIN | POLLOUT | POLLPRI | POLLRDHUP | POLLRDNORM | POLLWRNORM };
			poll(&p, 1, 0);
			printf("  poll %c:", 'a' + k);
			bits(p.revents);
			puts("");
		}
	events("level", level);
	events("edge", edge);
	events("edge again", edge);
	events("shot", shot);
	events("in", in_edge);
	events("out", out_edge);
}

static void rearm(int ep, int fd, unsigned events)
{
	struct epoll_event ev = { .events = events, .data.fd = fd };
	if (epoll_ctl(ep, EPOLL_CTL_MOD, fd, &ev))
		printf("mod: %m\n");
}

static char buf[1 << 20];

static void fill(int fd) { while (write(fd, buf, 4096) > 0) ; }

static void pipes(void)
{
	int p[2];

	pipe2(p, O_NONBLOCK);
	begin("pipe", p[0], p[1]);
	step("new");
	write(p[1], buf, 10);
	step("write 10");
	write(p[1], buf, 10);
	step("write 10 more");
	read(p[0], buf, 5);
	step("read 5");
	rearm(shot, p[0], ALL | EPOLLONESHOT);
	rearm(edge, p[0], ALL | EPOLLET);
	rearm(edge, p[1], ALL | EPOLLET);
	step("rearm");
	read(p[0], buf, 100);
	step("read rest");
	fill(p[1]);
	step("fill");
	rearm(shot, p[1], ALL | EPOLLONESHOT);
	read(p[0], buf, 1);
	step("read 1 of full");
	read(p[0], buf, 4095);
	step("read a page of full");
	read(p[0], buf, 4096);
	step("read another page");
	write(p[1], buf, 1);
	step("write 1");
	close(p[1]);
	watched[1] = -1;
	step("writer closed");
	while (read(p[0], buf, sizeof(buf)) > 0) ;
	step("drained");
	end();
	close(p[0]);

	pipe2(p, O_NONBLOCK);
	begin("pipe, reader closes", p[0], p[1]);
	step("new");
	write(p[1], buf, 10);
	close(p[0]);
	watched[0] = -1;
	step("reader closed");
	end();
	close(p[1]);
}

static void fifos(void)
{
	const char *n = "/tmp/readiness-fifo";

	unlink(n);
	mkfifo(n, 0600);
	int r = open(n, O_RDONLY | O_NONBLOCK);
	begin("fifo, reader first", r, -1);
	step("no writer yet");
	int w = open(n, O_WRONLY | O_NONBLOCK);
	step("writer opened");
	write(w, buf, 3);
	step("written");
	close(w);
	step("writer closed");
	read(r, buf, 10);
	step("read");
	printf("read gives %zd\n", read(r, buf, 10));
	w = open(n, O_WRONLY | O_NONBLOCK);
	step("another writer");
	close(w);
	step("closed too");
	end();
	close(r);

	int rw = open(n, O_RDWR | O_NONBLOCK);
	w = open(n, O_WRONLY | O_NONBLOCK);
	r = open(n, O_RDONLY | O_NONBLOCK);
	close(rw);
	begin("fifo, writer first", r, w);
	step("both open");
	close(w);
	watched[1] = -1;
	step("writer closed");
	int r2 = open(n, O_RDONLY | O_NONBLOCK);
	watched[1] = r2;
	step("second reader");
	close(r);
	close(r2);
	end();

	/* a writer that opens and waits for its reader */
	rw = open(n, O_RDWR | O_NONBLOCK);
	begin("fifo for both", rw, -1);
	step("new");
	write(rw, buf, 1);
	step("written");
	close(rw);
	end();
	unlink(n);
}

static void eventfds(void)
{
	uint64_t one = 1, max = UINT64_MAX - 1 - 2, v;
	int e = eventfd(0, EFD_NONBLOCK);

	begin("eventfd", e, -1);
	step("new");
	write(e, &one, 8);
	step("add 1");
	write(e, &one, 8);
	step("add 1 again");
	read(e, &v, 8);
	step("read");
	write(e, &max, 8);
	step("nearly full");
	one = 2;
	write(e, &one, 8);
	step("full");
	read(e, &v, 8);
	step("read");
	end();
	close(e);
	e = eventfd(3, EFD_NONBLOCK | EFD_SEMAPHORE);
	begin("semaphore", e, -1);
	step("new");
	read(e, &v, 8);
	step("read");
	read(e, &v, 8);
	read(e, &v, 8);
	step("read twice");
	end();
	close(e);
}

static void timers(void)
{
	struct itimerspec soon = { { 0, 0 }, { 0, 1 } }, never = { 0 };
	struct timespec t = { 0, 3000000 };
	uint64_t v;
	int f = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);

	begin("timerfd", f, -1);
	step("new");
	timerfd_settime(f, 0, &soon, NULL);
	nanosleep(&t, NULL);
	step("expired");
	read(f, &v, 8);
	step("read");
	timerfd_settime(f, 0, &soon, NULL);
	nanosleep(&t, NULL);
	step("expired again");
	timerfd_settime(f, 0, &soon, NULL);
	nanosleep(&t, NULL);
	step("set again without a read");
	timerfd_settime(f, 0, &never, NULL);
	step("disarmed");
	end();
	close(f);
}

static void signalfds(void)
{
	sigset_t s;
	struct signalfd_siginfo i;

	sigemptyset(&s);
	sigaddset(&s, SIGUSR1);
	sigaddset(&s, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &s, NULL);
	int f = signalfd(-1, &s, SFD_NONBLOCK);
	begin("signalfd", f, -1);
	step("new");
	kill(getpid(), SIGUSR1);
	step("sent");
	kill(getpid(), SIGUSR1);
	step("sent again");
	kill(getpid(), SIGRTMIN);
	step("another");
	read(f, &i, sizeof(i));
	step("read one");
	read(f, &i, sizeof(i));
	step("read both");
	end();
	close(f);
}

static void pairs(int type, const char *name)
{
	int s[2];

	socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, s);
	begin(name, s[0], s[1]);
	step("new");
	write(s[1], buf, 10);
	step("b writes");
	write(s[1], buf, 10);
	step("b writes more");
	read(s[0], buf, 5);
	step("a reads 5");
	read(s[0], buf, 100);
	step("a reads");
	read(s[0], buf, 100);
	step("a reads all");
	fill(s[1]);
	step("b fills");
	while (read(s[0], buf, sizeof(buf)) > 0) ;
	step("a drains");
	rearm(shot, s[0], ALL | EPOLLONESHOT);
	rearm(shot, s[1], ALL | EPOLLONESHOT);
	shutdown(s[1], SHUT_WR);
	step("b shuts writing down");
	shutdown(s[0], SHUT_WR);
	step("a too");
	end();
	close(s[0]), close(s[1]);

	socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, s);
	begin(name, s[0], s[1]);
	write(s[1], buf, 10);
	step("b writes");
	close(s[1]);
	watched[1] = -1;
	step("b closes");
	read(s[0], buf, 100);
	step("a reads");
	end();
	close(s[0]);

	socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, s);
	begin(name, s[0], s[1]);
	shutdown(s[0], SHUT_RD);
	step("a shuts reading down");
	write(s[0], buf, 10);
	close(s[1]);
	watched[1] = -1;
	step("b closes with unread bytes");
	end();
	close(s[0]);
}

static void nested(void)
{
	int p[2], inner = epoll_create1(0);

	pipe2(p, O_NONBLOCK);
	add(inner, p[0], EPOLLIN);
	begin("epoll of epoll", inner, -1);
	step("new");
	write(p[1], buf, 1);
	step("written");
	write(p[1], buf, 1);
	step("written more");
	read(p[0], buf, 10);
	step("read");
	end();
	close(inner), close(p[0]), close(p[1]);
}

static void exclusive(void)
{
	int p[2], e[2];
	struct epoll_event ev = { .events = EPOLLIN | EPOLLEXCLUSIVE }, out;

	pipe2(p, O_NONBLOCK);
	printf("--- exclusive\n");
	for (int i = 0; i < 2; i++) {
		e[i] = epoll_create1(0);
		epoll_ctl(e[i], EPOLL_CTL_ADD, p[0], &ev);
	}
	write(p[1], buf, 1);
	for (int i = 0; i < 2; i++)
		printf("%d\n", epoll_wait(e[i], &out, 1, 0));
	ev.events = EPOLLIN;
	printf("%d ", epoll_ctl(e[0], EPOLL_CTL_MOD, p[0], &ev));
	printf("%m\n");
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	pipes(), fifos(), eventfds(), timers(), signalfds();
	pairs(SOCK_STREAM, "stream"), pairs(SOCK_SEQPACKET, "seqpacket"), pairs(SOCK_DGRAM, "dgram");
	nested(), exclusive();
	return 0;
}
