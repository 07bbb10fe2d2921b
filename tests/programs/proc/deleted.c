// /proc/self of what was removed or renamed: descriptors, the working folder, mappings; /proc/TID; limits that were set.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static void link_of(const char *what, const char *path)
{
	char text[PATH_MAX], *number;
	struct stat st;
	long n = readlink(path, text, sizeof(text) - 1);

	text[n < 0 ? 0 : n] = 0;
	if ((number = strstr(text, ":[")))
		number[2] = 0;
	printf("%s: %s; %s\n", what, n < 0 ? strerror(errno) : text, stat(path, &st) ? strerror(errno) : "leads there");
}

static char *of(int fd)
{
	static char name[40];

	sprintf(name, "/proc/self/fd/%d", fd);
	return name;
}

static void mapping(const char *what, void *p)
{
	FILE *f = fopen("/proc/self/maps", "r");
	char line[600], start[40];

	sprintf(start, "%lx-", (long)p);
	while (fgets(line, sizeof(line), f))
		if (!strncmp(line, start, strlen(start)))
			printf("%s: %s", what, strchr(line, '/') ? strchr(line, '/') : "no name\n");
	fclose(f);
}

static void *thread(void *unused)
{
	static const char *const names[] = { "comm", "status", "stat", "maps", "cwd", "exe", "fd", "io", "limits", "cmdline", "environ",
		"root", "statm", "oom_score", "mountinfo", "auxv", "cgroup", "smaps_rollup", "fdinfo", "wchan" };
	char path[100], line[200];
	struct stat st;
	int value, tid = gettid();

	pthread_setname_np(pthread_self(), "other");
	for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++) {
		sprintf(path, "/proc/%d/%s", tid, names[i]);
		printf("%s %o", names[i], lstat(path, &st) ? 0 : st.st_mode);
		sprintf(path, "/proc/self/task/%d/%s", tid, names[i]);
		printf(", of the task %o\n", lstat(path, &st) ? 0 : st.st_mode);
	}
	sprintf(path, "/proc/%d/status", tid);
	FILE *f = fopen(path, "r");
	while (fgets(line, sizeof(line), f))
		if (!strncmp(line, "Name:", 5))
			fputs(line, stdout);
		else if (sscanf(line, "Tgid: %d", &value) == 1)
			printf("Tgid is the process %d\n", value == getpid());
		else if (sscanf(line, "Pid: %d", &value) == 1)
			printf("Pid is the thread %d\n", value == tid);
	fclose(f);
	sprintf(path, "/proc/%d/cwd", tid);
	link_of("its folder", path);
	return unused;
}

static void show_limits(void)
{
	FILE *f = fopen("/proc/self/limits", "r");
	char line[200];

	while (fgets(line, sizeof(line), f))
		if (strstr(line, "open files") || strstr(line, "core") || strstr(line, "stack") || strstr(line, "priority") || strstr(line, "Limit "))
			fputs(line, stdout);
	fclose(f);
}

int main(void)
{
	char buf[PATH_MAX];
	pthread_t t;

	setvbuf(stdout, NULL, _IONBF, 0);
	chdir("/tmp");
	mkdir("gone", 0700);
	int fd = open("gone/file", O_CREAT | O_RDWR, 0600), dir = open("gone", O_RDONLY | O_DIRECTORY);
	ftruncate(fd, 4096);
	void *p = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
	link_of("open", of(fd));
	mapping("mapped", p);
	unlink("gone/file");
	link_of("removed", of(fd));
	mapping("mapped", p);
	printf("opened again %d\n", open(of(fd), O_RDWR) >= 0);
	link_of("folder", of(dir));
	chdir("gone");
	link_of("working folder", "/proc/self/cwd");
	rmdir("/tmp/gone");
	link_of("removed", "/proc/self/cwd");
	link_of("folder", of(dir));
	errno = 0;
	printf("getcwd %s\n", getcwd(buf, sizeof(buf)) ? buf : strerror(errno));
	printf("open . %d, .. %d\n", open(".", O_RDONLY) >= 0, open("..", O_RDONLY) >= 0);
	printf("new: %d %s\n", open("new", O_CREAT | O_RDWR, 0600), strerror(errno));
	pthread_create(&t, NULL, thread, NULL);
	pthread_join(t, NULL);
	chdir("/tmp");

	fd = open("/tmp/one", O_CREAT | O_RDWR, 0600);
	rename("/tmp/one", "/tmp/two");
	link_of("renamed", of(fd));
	int other = open("/tmp/one", O_CREAT | O_RDWR, 0600);
	rename("/tmp/one", "/tmp/two");
	link_of("replaced", of(fd));
	link_of("in its place", of(other));
	unlink("/tmp/two");
	int ends[2];
	pipe(ends);
	link_of("memory", of(memfd_create("name", 0)));
	link_of("pipe", of(ends[0]));
	link_of("epoll", of(epoll_create1(0)));
	link_of("eventfd", of(eventfd(0, 0)));

	setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 100, 200 });
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	setrlimit(RLIMIT_STACK, &(struct rlimit){ 1 << 20, 1 << 24 });
	setrlimit(RLIMIT_NICE, &(struct rlimit){ 0, 0 });
	setrlimit(RLIMIT_RTPRIO, &(struct rlimit){ 0, 0 });
	show_limits();
	return 0;
}
