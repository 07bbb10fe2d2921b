// Descriptors of threads (pidfd_open(2), PIDFD_THREAD; Linux 6.9): signals go to that thread, and its end shows.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static volatile int tid, got, code;
static int go[2], ready[2];

static void caught(int signo, siginfo_t *info, void *context)
{
	got = gettid();
	code = info->si_code;
}

static void *thread(void *unused)
{
	char c;

	tid = gettid();
	write(ready[1], "", 1);
	while (read(go[0], &c, 1) < 0)
		write(ready[1], "", 1);
	return NULL;
}

static const char *result(long r)
{
	return r < 0 ? strerrorname_np(errno) : "done";
}

int main(void)
{
	struct sigaction a = { .sa_sigaction = caught, .sa_flags = SA_SIGINFO };
	pthread_t t;
	char c;

	setvbuf(stdout, NULL, _IONBF, 0);
	sigaction(SIGUSR1, &a, NULL);
	pipe(go), pipe(ready);
	pthread_create(&t, NULL, thread, NULL);
	read(ready[0], &c, 1);
	int fd = syscall(SYS_pidfd_open, tid, O_EXCL), whole = syscall(SYS_pidfd_open, getpid(), 0);
	printf("open %d, %d; unknown %s\n", fd >= 0, whole >= 0, result(syscall(SYS_pidfd_open, 1 << 22, O_EXCL)));
	struct pollfd p = { .fd = fd, .events = POLLIN };
	printf("lives: %d\n", poll(&p, 1, 0));
	printf("send %s", result(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, NULL, 0)));
	read(ready[0], &c, 1);
	printf(" to the thread %d code %d\n", got == tid, code);
	printf("send %s", result(syscall(SYS_pidfd_send_signal, whole, SIGUSR1, NULL, 1)));
	printf(" to the first %d code %d\n", got == getpid(), code);
	printf("to the process %s\n", result(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, NULL, 2)));
	printf("two flags %s, unknown %s\n", result(syscall(SYS_pidfd_send_signal, fd, 0, NULL, 3)), result(syscall(SYS_pidfd_send_signal, fd, 0, NULL, 8)));
	write(go[1], "", 1);
	int n = poll(&p, 1, 10000);
	pthread_join(t, NULL);
	printf("ended: %d %#x\n", n, p.revents & POLLIN);
	printf("send %s\n", result(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, NULL, 0)));
	return 0;
}
