// Cancellation of C++ threads in many functions of libc: destructors run, catch (...) sees it, registers are those of the caller.
#include <cxxabi.h>
#include <aio.h>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

static volatile int ready;
static int pipes[2], sockets[2];
static sem_t never;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;

struct Loud {
	long n;
	Loud(long n) : n(n) {}
	~Loud() { printf(" ~%ld", n); }
};

// Values in callee-saved registers must survive into the handlers.
static __attribute__((noinline)) void around(void (*wait)(), long x)
{
	long a = x * 3, b = x ^ 5, c = x + 7, d = x << 3, e = x - 11, g = ~x;
	Loud l(x);

	try {
		Loud m(x + 1);
		ready = 1;
		wait();
		printf(" returned");
	} catch (abi::__forced_unwind &) {
		printf(" %ld %ld %ld %ld %ld %ld", a, b, c, d, e, g);
		throw;
	}
}

static void reads() { char c; (void)!read(pipes[0], &c, 1); }
static void polls() { pollfd p = { pipes[0], POLLIN }; poll(&p, 1, -1); }
static void selects() { fd_set s; FD_ZERO(&s); FD_SET(pipes[0], &s); select(pipes[0] + 1, &s, 0, 0, 0); }
static void receives() { char c; recv(sockets[0], &c, 1, 0); }
static void waits_sem() { sem_wait(&never); }
static void waits_sem_time() { timespec t = { 9999999999, 0 }; sem_timedwait(&never, &t); }
static void sleeps() { sleep(1000); }
static void nanosleeps() { timespec t = { 1000, 0 }; nanosleep(&t, 0); }
static void pauses() { pause(); }
static void waits_cond() { pthread_mutex_lock(&lock); Loud u(7); struct Un { ~Un() { printf(" unlock %d", pthread_mutex_unlock(&lock)); } } un; pthread_cond_wait(&cond, &lock); }
static void waits_cond_time() { timespec t = { 9999999999, 0 }; pthread_mutex_lock(&lock); struct Un { ~Un() { printf(" unlock %d", pthread_mutex_unlock(&lock)); } } un; pthread_cond_timedwait(&cond, &lock, &t); }
static void std_cond() { std::mutex m; std::condition_variable c; std::unique_lock<std::mutex> l(m); c.wait(l); }
static void std_sleep() { std::this_thread::sleep_for(std::chrono::seconds(1000)); }
static void waits_signal() { sigset_t s; sigemptyset(&s); sigaddset(&s, SIGUSR2); int n; sigwait(&s, &n); }
static void epolls() { int e = epoll_create1(0); epoll_event v; struct C { int e; ~C() { close(e); } } c = { e }; epoll_wait(e, &v, 1, -1); }
static void joins() { static pthread_t t; if (!t) pthread_create(&t, 0, [](void *) -> void * { for (;;) pause(); }, 0); pthread_join(t, 0); }
static void gets_line() { FILE *f = fdopen(dup(pipes[0]), "r"); struct C { FILE *f; ~C() { fclose(f); } } c = { f }; char b[10]; fgets(b, 10, f); }
static void in_sort() { int a[] = { 3, 1, 2 }; qsort(a, 3, sizeof *a, [](const void *, const void *) -> int { Loud l(5); reads(); return 0; }); }
static pthread_once_t once = PTHREAD_ONCE_INIT;
static void in_once() { pthread_once(&once, [] { Loud l(6); reads(); }); }
static void tests() { for (;;) pthread_testcancel(); }
static void after_signal() { for (;;) { usleep(100); reads(); } }
static void spins() { int old; pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &old); for (volatile long i = 0;; i++) ; }
static void enables() { int old; pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old); char c; while (read(pipes[0], &c, 1) < 1) ; pthread_setcancelstate(old, 0); pthread_testcancel(); }

static void handle(int) { char b[100]; ssize_t n = write(sockets[1], b, 0); (void)n; usleep(1); }

struct Job { const char *name; void (*f)(); };
static const Job jobs[] = {
	{ "read", reads }, { "poll", polls }, { "select", selects }, { "recv", receives }, { "sem_wait", waits_sem }, { "sem_timedwait", waits_sem_time },
	{ "sleep", sleeps }, { "nanosleep", nanosleeps }, { "pause", pauses }, { "cond_wait", waits_cond }, { "cond_timedwait", waits_cond_time },
	{ "condition_variable", std_cond }, { "sleep_for", std_sleep }, { "sigwait", waits_signal }, { "epoll_wait", epolls }, { "join", joins },
	{ "fgets", gets_line }, { "qsort", in_sort }, { "once", in_once }, { "testcancel", tests }, { "signalled", after_signal }, { "spin", spins }, { "enable", enables },
};

static void *run(void *p)
{
	const Job *j = static_cast<const Job *>(p);

	try {
		around(j->f, 100 + (j - jobs));
	} catch (...) {
		printf(" caught");
		throw;
	}
	return nullptr;
}

int main()
{
	struct sigaction sa = {};

	(void)!pipe(pipes), socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), sem_init(&never, 0, 0);
	sa.sa_handler = handle;
	sigaction(SIGUSR1, &sa, nullptr);
	for (const Job &j : jobs) {
		pthread_t t;
		void *r;

		printf("%s:", j.name), fflush(stdout);
		ready = 0;
		pthread_create(&t, nullptr, run, const_cast<Job *>(&j));
		while (!ready)
			usleep(100);
		usleep(3000);
		if (j.f == after_signal)
			for (int i = 0; i < 20; i++)
				pthread_kill(t, SIGUSR1), usleep(200);
		pthread_cancel(t);
		if (j.f == enables)
			usleep(1000), (void)!write(pipes[1], "x", 1);
		pthread_join(t, &r);
		printf(" %s\n", r == PTHREAD_CANCELED ? "canceled" : "not canceled");
	}
	pthread_once(&once, [] { printf("once again\n"); });
	return 0;
}
