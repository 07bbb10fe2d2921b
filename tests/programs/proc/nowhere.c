/* Files in memory that no name leads to, as /proc shows them; and /proc/TID, which is all of the process but for the thread's own. */
#define _GNU_SOURCE
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

static void area(const void *at)
{
	char line[400], name[300] = "";
	FILE *f = fopen("/proc/self/maps", "r");

	while (fgets(line, sizeof(line), f))
		if (strtoul(line, NULL, 16) == (unsigned long)at && sscanf(line, "%*s %*s %*s %*s %*s %299[^\n]", name) == 1)
			printf("area: %s\n", name);
	fclose(f);
}

static void link_of(int fd)
{
	char path[64], to[300] = "";

	sprintf(path, "/proc/self/fd/%d", fd);
	readlink(path, to, sizeof(to) - 1);
	printf("link: %s\n", to);
}

static int entries(const char *dir)
{
	DIR *d = opendir(dir);
	int n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

static void *thread(void *unused)
{
	char path[64], line[100] = "";

	pthread_setname_np(pthread_self(), "second");
	sprintf(path, "/proc/%d/comm", gettid());
	FILE *f = fopen(path, "r");
	fgets(line, sizeof(line), f);
	printf("comm: %s", line);
	sprintf(path, "/proc/%d/task", gettid());
	printf("threads: %d\n", entries(path) - 2);
	sprintf(path, "/proc/%d/task/%d/task", gettid(), gettid());
	printf("below a thread: %d\n", access(path, F_OK));
	sprintf(path, "/proc/%d/mountstats", gettid());
	printf("of the process: %d\n", access(path, F_OK));
	sprintf(path, "/proc/self/task/%d/mountstats", gettid());
	printf("of a thread: %d\n", access(path, F_OK));
	return NULL;
}

int main(void)
{
	char path[64];
	int fd = memfd_create("some name", 0), again;

	ftruncate(fd, 8192);
	link_of(fd);
	char *m = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0), *n = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 4096);
	area(m);
	area(n);
	sprintf(path, "/proc/self/fd/%d", fd);
	again = open(path, 0);
	link_of(again);
	close(fd);
	close(again);
	area(m);
	fd = memfd_create("", 0);
	link_of(fd);
	int id = shmget(IPC_PRIVATE, 4096, 0600), keyed = shmget(0x1234abc, 4096, 0600 | IPC_CREAT);
	area(shmat(id, NULL, 0));
	area(shmat(keyed, NULL, 0));
	shmctl(id, IPC_RMID, NULL);
	shmctl(keyed, IPC_RMID, NULL);
	area(mmap(NULL, 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
	pthread_t t;
	pthread_create(&t, NULL, thread, NULL);
	pthread_join(t, NULL);
	return 0;
}
