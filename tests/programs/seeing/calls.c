/* System calls of each kind that a trace shows: paths, flags, buffers, structures, errors, a signal, a thread. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t caught;

static void handler(int sig)
{
	caught = sig;
}

static void *thread(void *arg)
{
	char c;
	return (void *)read(*(int *)arg, &c, 1);	/* waits */
}

int main(void)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };
	struct iovec v[] = { { "ab", 2 }, { "c\n", 2 } };
	struct timespec moment = { 0, 1000000 };
	char buf[16] = "";
	struct stat st;
	pthread_t t;
	int p[2], q[2], fd;

	if (open("/none/\x01" "1\"", O_RDONLY | O_NONBLOCK) != -1 || errno != ENOENT)
		return 1;
	fd = open("/tmp/calls", O_RDWR | O_CREAT | O_TRUNC, 0640);
	if (fd < 0 || writev(fd, v, 2) != 4 || pread(fd, buf, sizeof(buf), 0) != 4 || fstat(fd, &st) || lseek(fd, -1, SEEK_END) != 3)
		return 2;
	if (write(fd, "0123456789012345678901234567890123456789", 40) != 40)
		return 3;
	if (sigaction(SIGUSR1, &action, NULL) || kill(getpid(), SIGUSR1) || caught != SIGUSR1)
		return 4;
	if (pipe(p) || pipe(q) || pthread_create(&t, NULL, thread, &p[0]))
		return 5;
	struct pollfd f = { .fd = q[0], .events = POLLIN };
	if (poll(&f, 1, 20) != 0 || write(q[1], "x", 1) != 1 || poll(&f, 1, -1) != 1)
		return 6;
	nanosleep(&moment, NULL);
	if (write(p[1], "y", 1) != 1 || pthread_join(t, NULL))
		return 7;
	unlink("/tmp/calls");
	return 9;
}
