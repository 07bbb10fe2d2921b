/* All threads block a signal that one of them waits for. The process has two threads, whatever the kernel has besides. */
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static void *waits(void *set)
{
	int sig = 0;

	sigwait(set, &sig);
	return (void *)(long)sig;
}

int main(void)
{
	DIR *d;
	int tasks = 0;
	void *got;
	pthread_t t;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	pthread_create(&t, NULL, waits, &set);
	usleep(10000);
	if ((d = opendir("/proc/self/task")))
		for (struct dirent *e; (e = readdir(d));)
			tasks += e->d_name[0] != '.';
	kill(getpid(), SIGTERM);
	pthread_join(t, &got);
	printf("got %ld, %d threads\n", (long)got, tasks);
	return 0;
}
