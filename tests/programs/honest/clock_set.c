/* Setting the clock cancels timers that ask for it (timerfd_create(2)). */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static const char *word(long r)
{
	static char b[32];

	if (r < 0)
		return strerrorname_np(errno);
	snprintf(b, sizeof b, "%ld", r);
	return b;
}
#define SAY(call) printf("%s: %s\n", #call, word(call))

static uint64_t n;
static struct itimerspec far, near = { .it_value = { 1000, 0 } };
static int waiting;
static char read_said[32];	/* printed later: either thread may be the first to print */

static void forward(int seconds)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_sec += seconds;
	SAY(clock_settime(CLOCK_REALTIME, &t));
}

static void *reader(void *timer)
{
	waiting = 1;
	strcpy(read_said, word(read(*(int *)timer, &n, 8)));
	return 0;
}

int main(void)
{
	int fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK), other = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK), block = timerfd_create(CLOCK_REALTIME, 0);
	struct pollfd p[2] = { { fd, POLLIN }, { other, POLLIN } };
	int flags = TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET;
	pthread_t t;

	clock_gettime(CLOCK_REALTIME, &far.it_value);
	far.it_value.tv_sec += 100000;
	SAY(timerfd_settime(fd, flags, &far, 0));
	SAY(timerfd_settime(other, TFD_TIMER_CANCEL_ON_SET, &near, 0));
	SAY(timerfd_settime(block, flags, &far, 0));
	SAY(read(fd, &n, 8));
	pthread_create(&t, 0, reader, &block);
	while (!*(volatile int *)&waiting)
		;
	forward(100);
	pthread_join(t, 0);
	printf("read(*(int *)timer, &n, 8): %s\n", read_said);
	SAY(poll(p, 2, 0));
	printf("%#x %#x\n", p[0].revents, p[1].revents);
	SAY(read(fd, &n, 8));
	SAY(read(fd, &n, 8));
	SAY(read(other, &n, 8));
	forward(100);
	SAY(timerfd_settime(fd, flags, &far, 0));
	SAY(timerfd_settime(fd, flags, &far, 0));
	forward(200000);
	SAY(read(fd, &n, 8));
	SAY(read(fd, &n, 8));
	return 0;
}
