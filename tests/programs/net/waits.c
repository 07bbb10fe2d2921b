/* waits IP TCP-PORT of an echo server: each way to learn that bytes came, with nobody else who waits, and while others do. */
#include "show.h"
#include <stdbool.h>
#include <sys/select.h>
#include <time.h>

#define ROUNDS	20

static int s[2];

static void ask(int fd)
{
	if (send(fd, "x", 1, 0) != 1)
		say("send", -1);
}

static void eat(int fd)
{
	char c;

	if (recv(fd, &c, 1, MSG_DONTWAIT) != 1 || c != 'x')
		say("what was told of is not there", -1);
}

static bool by_recv(void)
{
	char c;
	return recv(s[0], &c, 1, MSG_DONTWAIT | MSG_PEEK) == 1;
}

static bool by_fionread(void)
{
	int n = 0;
	return !ioctl(s[0], FIONREAD, &n) && n == 1;
}

static bool by_poll(void)
{
	struct pollfd p = { .fd = s[0], .events = POLLIN };
	return poll(&p, 1, 0) == 1;
}

static bool by_select(void)
{
	fd_set set;
	FD_ZERO(&set);
	FD_SET(s[0], &set);
	return select(s[0] + 1, &set, NULL, NULL, &(struct timeval){ 0 }) == 1;
}

static int e;
static bool by_epoll(void)
{
	struct epoll_event ev;
	return epoll_wait(e, &ev, 1, 0) == 1;
}

static bool by_long_poll(void)
{
	struct pollfd p = { .fd = s[0], .events = POLLIN };
	return poll(&p, 1, 20000) == 1;
}

static bool by_long_epoll(void)
{
	struct epoll_event ev;
	return epoll_wait(e, &ev, 1, -1) == 1;
}

static bool by_long_recv(void)
{
	char c;
	return recv(s[0], &c, 1, MSG_PEEK) == 1;
}

static const struct { const char *name; bool (*has)(void); } ways[] = {
	{ "recv", by_recv }, { "FIONREAD", by_fionread }, { "poll", by_poll }, { "select", by_select }, { "epoll_wait", by_epoll },
	{ "poll that waits", by_long_poll }, { "epoll_wait that waits", by_long_epoll }, { "recv that waits", by_long_recv },
};

static volatile int got;

static void *waiter(void *arg)
{
	char c;

	for (int k = 0; k < ROUNDS; k++) {
		if (recv(s[1], &c, 1, 0) != 1)
			say("recv in a thread", -1);
		got = k + 1;
	}
	return NULL;
}

static void *poller(void *arg)
{
	struct pollfd p = { .fd = s[1], .events = POLLIN };

	for (int k = 0; k < ROUNDS; k++) {
		if (poll(&p, 1, -1) != 1)
			say("poll in a thread", -1);
		eat(s[1]);
		got = k + 1;
	}
	return NULL;
}

/* This thread only computes, or is busy with a socket of its own, until the other has heard. */
static void beside(const char *name, void *(*other)(void *), bool busy)
{
	pthread_t t;

	got = 0;
	pthread_create(&t, NULL, other, NULL);
	for (int k = 0; k < ROUNDS; k++) {
		ask(s[1]);
		while (got <= k)
			if (busy) {
				ask(s[0]);
				by_long_recv();
				eat(s[0]);
			}
	}
	pthread_join(t, NULL);
	printf("%s beside a thread that %s: %d\n", name, busy ? "serves another" : "computes", got);
}

static void handler(int sig)
{
	got = 1;
}

int main(int argc, char **argv)
{
	for (int k = 0; k < 2; k++) {
		union any a;
		socklen_t n = address(&a, argv[1], atoi(argv[2]));
		s[k] = socket(a.sa.sa_family, SOCK_STREAM, 0);
		if (connect(s[k], &a.sa, n)) {
			say("connect", -1);
			return 1;
		}
	}
	e = epoll_create1(0);
	epoll_ctl(e, EPOLL_CTL_ADD, s[0], &(struct epoll_event){ .events = EPOLLIN });
	for (unsigned k = 0; k < sizeof(ways) / sizeof(ways[0]); k++) {
		for (int i = 0; i < ROUNDS; i++) {
			ask(s[0]);
			while (!ways[k].has())
				;
			eat(s[0]);
		}
		printf("%s\n", ways[k].name);
	}
	beside("recv", waiter, false);
	beside("poll", poller, false);
	beside("recv", waiter, true);
	beside("poll", poller, true);

	signal(SIGIO, handler);
	fcntl(s[0], F_SETOWN, getpid());
	fcntl(s[0], F_SETFL, O_ASYNC);
	got = 0;
	ask(s[0]);
	while (!got)
		;
	while (!by_recv())
		;
	eat(s[0]);
	fcntl(s[0], F_SETFL, 0);
	puts("SIGIO");

	/* The last ways again, after pauses: the device has interrupts by then. */
	for (int i = 0; i < 3; i++) {
		nanosleep(&(struct timespec){ 0, 3000000 }, NULL);
		ask(s[0]);
		by_long_recv();
		eat(s[0]);
	}
	puts("after pauses");
	return 0;
}
