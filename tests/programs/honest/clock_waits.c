/* Who waits until a time of CLOCK_REALTIME wakes when the clock is set behind it, whoever waits for a while does not
 * (clock_settime(2), timer_settime(2), timerfd_create(2)). */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static struct timespec then;	/* in 1000 seconds */
static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;
static mqd_t queue;

static int by_clock(void) { return clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &then, 0); }
static int by_tai(void) { return clock_nanosleep(CLOCK_TAI, TIMER_ABSTIME, &then, 0); }

static int futex(void)
{
	int word = 0;

	return syscall(SYS_futex, &word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME | FUTEX_PRIVATE_FLAG, 0, &then, 0, ~0) < 0 ? errno : 0;
}

static int pi(void)
{
	static int word;

	word = getpid() | FUTEX_WAITERS;	/* of the first thread, which never lets go of it */
	return syscall(SYS_futex, &word, FUTEX_LOCK_PI, 0, &then) < 0 ? errno : 0;
}

static int semaphore(void)
{
	sem_t s;

	sem_init(&s, 0, 0);
	return sem_timedwait(&s, &then) ? errno : 0;
}

static int condition(void)
{
	pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t c = PTHREAD_COND_INITIALIZER;

	pthread_mutex_lock(&m);
	return pthread_cond_timedwait(&c, &m, &then);
}

static int mutex(void) { return pthread_mutex_timedlock(&held, &then); }

static int message(void)
{
	char b[16];

	return mq_timedreceive(queue, b, sizeof b, 0, &then) < 0 ? errno : 0;
}

static const struct { const char *name; int (*wait)(void); int result; } waits[] = {
	{ "clock_nanosleep", by_clock, 0 }, { "clock_nanosleep TAI", by_tai, 0 }, { "futex", futex, ETIMEDOUT },
	{ "futex PI", pi, ETIMEDOUT }, { "sem_timedwait", semaphore, ETIMEDOUT }, { "pthread_cond_timedwait", condition, ETIMEDOUT },
	{ "pthread_mutex_timedlock", mutex, ETIMEDOUT }, { "mq_timedreceive", message, ETIMEDOUT },
};
#define N (sizeof waits / sizeof *waits)

static volatile int tids[N + 1];

static void *waiter(void *number)
{
	long i = (long)number;

	tids[i] = gettid();
	return (void *)(long)waits[i].wait();
}

/* By a while on the same clock, and until a time on another: neither follows. */
static void *sleeper(void *unused)
{
	struct timespec t = { 1000 };

	tids[N] = gettid();
	clock_nanosleep(CLOCK_REALTIME, 0, &t, 0);
	puts("the sleeper woke");
	return unused;
}

/* Until thread TID sleeps. */
static void await(int tid)
{
	char path[64], line[256], state = 0;

	snprintf(path, sizeof path, "/proc/self/task/%d/stat", tid);
	while (state != 'S') {
		FILE *f = fopen(path, "r");
		if (f && fgets(line, sizeof line, f))
			state = strrchr(line, ')')[2];
		if (f)
			fclose(f);
		sched_yield();
	}
}

static void move(int seconds)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_sec += seconds;
	printf("clock_settime %+d: %d\n", seconds, clock_settime(CLOCK_REALTIME, &t));
}

/* The seconds that ID has left, to the hundred. */
static long left(timer_t id)
{
	struct itimerspec v;

	timer_gettime(id, &v);
	return (v.it_value.tv_sec + 50) / 100 * 100;
}

static timer_t timer(int clock, int flags, long seconds, long interval)
{
	struct sigevent e = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	struct itimerspec v = { .it_value = { seconds }, .it_interval = { interval } };
	timer_t id;

	timer_create(clock, &e, &id);
	timer_settime(id, flags, &v, 0);
	return id;
}

static void show_pending(const char *when)
{
	struct timespec none = { 0 };
	siginfo_t info;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	printf("%s:", when);
	while (sigtimedwait(&set, &info, &none) > 0)
		printf(" timer %d overrun %d", info.si_timerid, info.si_overrun);
	puts("");
}

int main(void)
{
	struct mq_attr a = { .mq_maxmsg = 1, .mq_msgsize = 16 };
	struct timespec bad[] = { { 0, 0 }, { 8277292036, 0 }, { -1, 0 }, { 1, 1000000000 } };
	sigset_t set;
	pthread_t t[N + 1];
	void *r;

	setbuf(stdout, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, 0);
	clock_gettime(CLOCK_REALTIME, &then);
	then.tv_sec += 1000;
	queue = mq_open("/waits", O_RDWR | O_CREAT, 0600, &a);
	pthread_mutex_lock(&held);
	for (long i = 0; i <= (long)N; i++) {
		pthread_create(&t[i], 0, i < (long)N ? waiter : sleeper, (void *)i);
		while (!tids[i])
			sched_yield();
		await(tids[i]);
	}

	timer_t wall = timer(CLOCK_REALTIME, TIMER_ABSTIME, then.tv_sec, 0), tai = timer(CLOCK_TAI, TIMER_ABSTIME, then.tv_sec, 0);
	timer_t steps = timer(CLOCK_REALTIME, TIMER_ABSTIME, then.tv_sec, 100), awhile = timer(CLOCK_REALTIME, 0, 1000, 0);
	struct itimerspec v = { .it_value = then, .it_interval = { 100 } };
	int until = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK), during = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK);
	timerfd_settime(until, TFD_TIMER_ABSTIME, &v, 0);
	v.it_value = (struct timespec){ 1000 };
	timerfd_settime(during, 0, &v, 0);
	uint64_t n = 0;

	move(-500);
	printf("left %ld %ld %ld %ld\n", left(wall), left(tai), left(steps), left(awhile));
	show_pending("back");
	move(+2030);	/* 530 seconds too late, or 5 steps and the first one */
	for (size_t i = 0; i < N; i++) {
		pthread_join(t[i], &r);
		printf("%s: %s\n", waits[i].name, (long)r == waits[i].result ? "as expected" : strerror((long)r));
	}
	printf("left %ld %ld %ld %ld\n", left(wall), left(tai), left(steps), left(awhile));
	show_pending("forward");
	read(until, &n, 8);
	printf("timerfd %lu, %s\n", n, read(during, &n, 8) < 0 ? "not yet" : "expired");
	timerfd_gettime(during, &v);
	printf("left %ld\n", (v.it_value.tv_sec + 50) / 100 * 100);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		printf("%d", clock_settime(CLOCK_REALTIME, &bad[i]) ? errno : 0);
	puts("");
	_exit(0);
}
