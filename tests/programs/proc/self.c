/* What a program does with /proc/self: memory, names, namespaces, scores. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

static long put(const char *name, const char *value)
{
	int fd = open(name, O_WRONLY | O_TRUNC);
	long n = fd < 0 ? -1 : write(fd, value, strlen(value));

	close(fd);
	return n < 0 ? -errno : n;
}

static char *get(const char *name)
{
	static char buf[4096];
	int fd = open(name, O_RDONLY);
	long n = fd < 0 ? -1 : read(fd, buf, sizeof buf - 1);

	close(fd);
	buf[n < 0 ? 0 : n] = 0;
	return buf;
}

static void memory(void)
{
	char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), buf[8192];
	int fd = open("/proc/self/mem", O_RDWR), map = open("/proc/self/pagemap", O_RDONLY);
	uint64_t e[2];

	strcpy(p, "before");
	printf("read %zd %s\n", pread(fd, buf, 7, (long)p), buf);
	printf("write %zd", pwrite(fd, "after", 6, (long)p));
	printf(" %s\n", p);
	munmap(p + 4096, 4096);
	printf("to the end of the area %zd\n", pread(fd, buf, 4096, (long)p + 4000));
	printf("nothing there %zd", pread(fd, buf, 1, (long)p + 4096));
	printf(" %s\n", strerror(errno));
	printf("seek %d", lseek(fd, (long)p, SEEK_SET) == (long)p);
	printf(" %zd %c\n", read(fd, buf, 1), buf[0]);
	printf("end %ld\n", (long)lseek(fd, 0, SEEK_END));
	printf("pagemap %zd", pread(map, e, 16, (long)p / 4096 * 8));
	printf(" there %d, not there %d\n", (int)(e[0] >> 63), (int)(e[1] >> 63));
	printf("pagemap in the middle %zd\n", pread(map, e, 8, 4));
	close(fd);
	close(map);
}

static void *thread(void *arg)
{
	char name[64];

	snprintf(name, sizeof name, "/proc/self/task/%d/comm", gettid());
	printf("write %ld", put(name, "second one with a long name"));
	printf(" %s", get(name));
	snprintf(name, sizeof name, "/proc/%d/comm", gettid());
	printf("by its own number %s", get(name));
	printf("children %zu\n", strlen(get("/proc/thread-self/children")));
	return arg;
}

static void spaces(const char *name)
{
	char path[64], link[64] = "", want[64];
	struct stat a, b;
	int fd;

	snprintf(path, sizeof path, "/proc/self/ns/%s", name);
	readlink(path, link, sizeof link - 1);
	fd = open(path, O_RDONLY);
	printf("%s opens %d", name, fd >= 0);
	stat(path, &a);
	fstat(fd, &b);
	snprintf(want, sizeof want, "%s:[%lu]", name, (unsigned long)a.st_ino);
	printf(" %s as its link says %d, same %d, mode %o\n", name, !strcmp(want, link), a.st_ino == b.st_ino && a.st_dev == b.st_dev, a.st_mode);
	close(fd);
}

int main(void)
{
	static const char *const scores[] = { "100", "1001", "-1001", "x", "", " 200\n", "0x12c", "0400", "300 1" };
	pthread_t t;
	char name[16];

	setvbuf(stdout, NULL, _IONBF, 0);
	memory();
	printf("comm %ld", put("/proc/self/comm", "first"));
	prctl(PR_GET_NAME, name);
	printf(" %s %s", name, get("/proc/self/comm"));
	pthread_create(&t, NULL, thread, NULL);
	pthread_join(t, NULL);
	printf("still %s", get("/proc/self/comm"));
	spaces("user");
	spaces("pid");
	spaces("mnt");
	for (unsigned i = 0; i < sizeof scores / sizeof *scores; i++) {
		printf("score \"%s\": %ld", scores[i], put("/proc/self/oom_score_adj", scores[i]));
		printf(" %s", get("/proc/self/oom_score_adj"));
	}
	printf("old score %ld %ld", put("/proc/self/oom_adj", "15"), put("/proc/self/oom_adj", "16"));
	printf(" %s", get("/proc/self/oom_score_adj"));
	return 0;
}
