/* Calls whose results cannot be compared with the host's. */
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"
#include "../../epoll.h"
#include "host.h"

static char buf[70000];

static void cat(const char *path)
{
	long fd = SYS(2, path, O_RDONLY), n;

	if (fd < 0) {
		printf("%s: %ld\n", path, fd);
		failures++;
		return;
	}
	n = SYS(0, fd, buf, sizeof(buf) - 1);
	buf[max(n, 0L)] = 0;
	printf("== %s\n%s", path, buf);
	EXPECT(n > 0, 1);
	EXPECT(SYS(0, fd, buf, 10), 0);
	SYS(3, fd);
}

static void links(void)
{
	EXPECT(SYS(89, "/proc/self", buf, 100), 1);
	EXPECT(SYS(89, "/proc/self/fd/1", buf, 100), 8);
	EXPECT(memcmp(buf, "pipe:[3]", 8), 0);
	long fd = SYS(2, "/tmp/some", O_CREAT | O_RDWR, 0644);
	char path[40];
	ksnprintf(path, sizeof(path), "/proc/self/fd/%ld", fd);
	EXPECT(SYS(89, path, buf, 100), 9);
	EXPECT(memcmp(buf, "/tmp/some", 9), 0);
	EXPECT(SYS(82, "/tmp/some", "/tmp/other"), 0);
	EXPECT(SYS(89, path, buf, 100), 10);
	EXPECT(memcmp(buf, "/tmp/other", 10), 0);
	EXPECT(SYS(1, fd, "hello", 5), 5);
	long again = SYS(2, path, O_RDONLY);
	EXPECT(SYS(0, again, buf, 10), 5);
	SYS(3, again);
	EXPECT(SYS(87, "/tmp/other"), 0);
	EXPECT(SYS(89, path, buf, 100), 20);	/* /tmp/other (deleted) */
	again = SYS(2, path, O_RDONLY);		/* still reached */
	EXPECT(SYS(0, again, buf, 10), 5);
	SYS(3, again);
	SYS(3, fd);
	EXPECT(SYS(89, path, buf, 100), -ENOENT);
}

static void devices(void)
{
	long fd = SYS(2, "/dev/null", O_RDWR);
	EXPECT(SYS(1, fd, "x", 1), 1);
	EXPECT(SYS(0, fd, buf, 1), 0);
	EXPECT(SYS(3, fd), 0);
	fd = SYS(2, "/dev/zero", O_RDWR);
	EXPECT(SYS(0, fd, buf, 5000), 5000);
	SYS(3, fd);
	fd = SYS(2, "/dev/full", O_RDWR);
	EXPECT(SYS(1, fd, "x", 1), -ENOSPC);
	SYS(3, fd);
	fd = SYS(2, "/dev/urandom", O_RDONLY);
	EXPECT(SYS(0, fd, buf, 64), 64);
	SYS(3, fd);
	EXPECT(SYS(2, "/dev/tty", O_RDWR), -ENXIO);
	fd = SYS(2, "/dev/stdout", O_WRONLY);
	EXPECT(SYS(1, fd, "to stdout\n", 10), 10);
	SYS(3, fd);
	EXPECT(SYS(16, 1, TCGETS, buf), -ENOTTY);
	EXPECT(SYS(8, 1, 0, SEEK_CUR), -ESPIPE);
	struct stat st;
	EXPECT(SYS(4, "/dev/null", &st), 0);
	EXPECT(st.st_rdev, 0x103);
	EXPECT(SYS(133, "/tmp/null", S_IFCHR | 0666, 0x103), 0);
	fd = SYS(2, "/tmp/null", O_WRONLY);
	EXPECT(SYS(1, fd, "x", 1), 1);
	SYS(3, fd);
	EXPECT(SYS(87, "/tmp/null"), 0);
	EXPECT(SYS(83, "/dev/shm/d", 0700), 0);
	EXPECT(SYS(84, "/dev/shm/d"), 0);
	EXPECT(SYS(84, "/dev/shm"), -EBUSY);
	EXPECT(SYS(83, "/new", 0700), -EROFS);
	EXPECT(SYS(83, "/proc/new", 0700), -ENOENT);
}

static void timers(void)
{
	struct itimerspec its = { .it_value = { 0, 20000000 }, .it_interval = { 0, 10000000 } };
	struct epoll_event ev = { POLLIN, 7 }, got;
	long t = SYS(283, CLOCK_MONOTONIC, 0), ep = SYS(291, 0);
	u64 n;

	EXPECT(SYS(233, ep, 1, t, &ev), 0);
	EXPECT(SYS(232, ep, &got, 1, 0), 0);
	EXPECT(SYS(286, t, 0, &its, NULL), 0);
	EXPECT(SYS(232, ep, &got, 1, 2000), 1);
	EXPECT(got.data, 7);
	EXPECT(SYS(0, t, &n, 8), 8);
	EXPECT(n >= 1, 1);
	struct pollfd p = { t, POLLIN };
	EXPECT(SYS(7, &p, 1, 2000), 1);
	EXPECT(SYS(0, t, &n, 8), 8);
	EXPECT(SYS(0, t, &n, 8), 8);
	long outer = SYS(291, 0);
	EXPECT(SYS(233, outer, 1, ep, &ev), 0);
	EXPECT(SYS(233, ep, 1, outer, &ev), -ELOOP);
	EXPECT(SYS(232, outer, &got, 1, 2000), 1);
	EXPECT(SYS(0, t, &n, 8), 8);
	its = (struct itimerspec){ 0 };
	EXPECT(SYS(286, t, 0, &its, NULL), 0);
	EXPECT(SYS(232, outer, &got, 1, 1), 0);
	SYS(3, t);
	EXPECT(SYS(232, ep, &got, 1, 0), 0);
	SYS(3, ep);
	SYS(3, outer);
}

/* A file that is always ready and, as a socket of the host may, finds so when it is asked: its item is waked meanwhile. */
static struct waitq woken;

static int wakes_itself(struct file *f, struct poll_table *pt)
{
	(void)f;
	poll_wait(&woken, pt);
	wake_all(&woken);
	return POLLIN;
}

static void asked_and_waked(void)
{
	static const struct file_ops ops = { .poll = wakes_itself };
	struct epoll_event ev = { POLLIN, 9 }, got[4];

	waitq_init(&woken);
	klock();
	long ep = SYS(291, 0), fd = anon_install(&ops, "anon_inode:[test]", O_RDWR, NULL);
	kunlock();
	EXPECT(SYS(233, ep, 1, fd, &ev), 0);
	for (int i = 0; i < 3; i++)
		EXPECT(SYS(232, ep, got, 4, 0), 1);
	EXPECT(got[0].data, 9);
	SYS(3, fd);
	EXPECT(SYS(232, ep, got, 4, 0), 0);
	SYS(3, ep);
}

/* What is found from any index on, in a tree with gaps. */
static void radix(void)
{
	static const u64 at[] = { 3, 11, 64 + 5, 3 * 64, 64 * 64 + 1, 64UL * 64 * 64 * 5 };
	struct radix r = { 0 };

	for (u32 i = 0; i < array_len(at); i++)
		EXPECT(radix_set(&r, at[i], (void *)(at[i] + 1)), 0);
	for (u32 i = 0; i < array_len(at); i++)
		for (u64 from = i ? at[i - 1] + 1 : 0; from <= at[i]; from += from < 300 || at[i] - from < 300 ? 1 : 100) {
			u64 index = from;
			EXPECT(radix_next(&r, &index), at[i] + 1);
			EXPECT(index, at[i]);
		}
	EXPECT(radix_next(&r, &(u64){ at[5] + 1 }), 0);
	EXPECT(radix_next(&r, &(u64){ ~0UL }), 0);
	radix_free(&r);
}

int test_calls(void)
{
	radix();
	u64 before = mem_free_pages;

	static const char *const files[] = {
		"/proc/cpuinfo", "/proc/uptime", "/proc/loadavg", "/proc/stat", "/proc/version", "/proc/mounts",
		"/proc/filesystems", "/proc/self/stat", "/proc/self/status", "/proc/self/statm", "/proc/self/limits",
		"/proc/self/comm", "/proc/1/mountinfo", "/proc/sys/kernel/osrelease", "/proc/sys/kernel/random/uuid",
		"/proc/thread-self/stat", "/sys/devices/system/cpu/online",
	};
	for (u32 i = 0; i < array_len(files); i++)
		cat(files[i]);
	links();
	devices();
	timers();
	asked_and_waked();
	SYS(80, "/tmp");
	EXPECT(SYS(83, "a", 0755), 0);
	EXPECT(SYS(83, "a/b", 0755), 0);
	EXPECT(SYS(80, "a/b"), 0);
	EXPECT(SYS(82, "/tmp/a", "/tmp/c"), 0);
	EXPECT(SYS(79, buf, 100), 9);
	EXPECT(strcmp(buf, "/tmp/c/b"), 0);
	EXPECT(SYS(84, "/tmp/c/b"), 0);
	EXPECT(SYS(79, buf, 100), -ENOENT);
	EXPECT(SYS(2, "x", O_CREAT | O_RDWR, 0600), -ENOENT);
	SYS(80, "/");
	EXPECT(SYS(84, "/tmp/c"), 0);
	/* dot-dot over mount points */
	EXPECT(SYS(80, "/dev/shm"), 0);
	EXPECT(SYS(80, "../../dev/../tmp/.."), 0);
	EXPECT(SYS(79, buf, 100), 2);
	EXPECT(strcmp(buf, "/"), 0);
	klock();
	pagecache_reclaim(~0UL);
	kunlock();
	EXPECT(mem_free_pages >= before, 1);
	return 0;
}
