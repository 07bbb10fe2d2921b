/* Random calls, each made on the host and on the kernel's own files in memory;
 * results must be the same. The host's working directory is an empty tmpfs. */
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"
#include "host.h"

#define DEEP 12	/* directories below the start: links may lead upwards, and must not lead out */

static u64 state;
static u32 rnd(u32 n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 20) % n;
}

bool sharing, lying;
static char what[1000];
static u8 host_buf[70000], guest_buf[70000];

static bool same(long h, long g)
{
	if (h == g || lying)
		return h == g;
	printf("%s: host %ld, kernel %ld\n", what, h, g);
	failures++;
	return false;
}

static long host(long nr, long a, long b, long c, long d, long e, long f)
{
	long r = syscall(nr, a, b, c, d, e, f);

	return r == -1 ? -*__errno_location() : r;
}

#define BOTH(nr, ...) BOTH_(nr, ##__VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define BOTH_(nr, a, b, c, d, e, f, ...)					\
	both(nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

static long both(long nr, long a, long b, long c, long d, long e, long f)
{
	long h = host(nr, a, b, c, d, e, f), g = guest(nr, a, b, c, d, e, f);

	same(h, g);
	return g;
}

static const char *name(void)
{
	static const char *const names[] = {
		"a", "b", "c", "d", "e", "d/a", "d/b", "e/a", "e/d", "d/e", "e/d/a", "./a", "d/../b", "d/", "a/", "d/.", "d/..",
		".", "", "d//a", "e/../d/../a", "long", "e/./d/", "d/e/../../c", "dir-that-is-not/../a", "/proc/nothing/here",
	};
	static char longest[300];
	u32 i = rnd(array_len(names) + 6);

	memset(longest, 'n', 256 - rnd(2));
	return i == 20 + 1 ? longest : names[i % array_len(names)];
}

static int fd_any(void)
{
	return (int)rnd(14) + 2;	/* 2 is not open on either side's files: closed before */
}

static void compare_stat(const struct stat *h, const struct stat *g)
{
	same(h->st_mode, g->st_mode);
	same(h->st_nlink, g->st_nlink);
	same(h->st_size, g->st_size);
	same(h->st_uid, g->st_uid);
	if (S_ISREG(h->st_mode) && !sharing)
		same(h->st_blksize, g->st_blksize);
	same(h->st_rdev, g->st_rdev);
}

static void stats(void)
{
	struct stat h = { 0 }, g = { 0 };
	const char *n = name();
	long nr = rnd(2) ? 4 : 6, fd = fd_any();

	if (rnd(3)) {
		ksnprintf(what, sizeof(what), "stat(%ld) %s", nr, n);
		if (same(host(nr, (long)n, (long)&h, 0, 0, 0, 0), guest(nr, (long)n, (long)&g, 0, 0, 0, 0)))
			compare_stat(&h, &g);
	} else {
		ksnprintf(what, sizeof(what), "fstat %ld", fd);
		if (same(host(5, fd, (long)&h, 0, 0, 0, 0), guest(5, fd, (long)&g, 0, 0, 0, 0)))
			compare_stat(&h, &g);
	}
}

static void opens(void)
{
	static const int bits[] = { O_CREAT, O_EXCL, O_TRUNC, O_APPEND, O_DIRECTORY, O_NOFOLLOW, O_CLOEXEC, O_PATH, O_NONBLOCK };
	const char *n = name();
	int flags = rnd(3) | O_NONBLOCK;

	for (u32 i = 0; i < array_len(bits); i++)
		if (!rnd(bits[i] == O_CREAT ? 2 : 7))
			flags |= bits[i];
	if ((flags & (O_CREAT | O_DIRECTORY)) == (O_CREAT | O_DIRECTORY))
		flags &= ~O_DIRECTORY;	/* EINVAL since Linux 6.4, other things before */
	ksnprintf(what, sizeof(what), "open %s 0%o", n, flags);
	BOTH(2, n, flags, 0600 + rnd(0200));
}

static void reads(void)
{
	int fd = fd_any();
	size_t n = rnd(3) ? rnd(100) : rnd(20000);
	s64 at = rnd(4) ? rnd(9000) : (s64)rnd(100) - 5;
	int nr = rnd(2) ? 0 : 17;

	ksnprintf(what, sizeof(what), "read(%d) %d %lu at %ld", nr, fd, n, at);
	long h = host(nr, fd, (long)host_buf, n, at, 0, 0), g = guest(nr, fd, (long)guest_buf, n, at, 0, 0);
	if (same(h, g) && h > 0)
		same(0, memcmp(host_buf, guest_buf, h));
}

static void writes(void)
{
	int fd = fd_any();
	size_t n = rnd(3) ? rnd(100) : rnd(20000);
	s64 at = rnd(9000);
	int nr = rnd(2) ? 1 : 18;

	for (size_t i = 0; i < n; i++)
		host_buf[i] = rnd(256);
	ksnprintf(what, sizeof(what), "write(%d) %d %lu at %ld", nr, fd, n, at);
	BOTH(nr, fd, host_buf, n, at);
}

static void vectors(void)
{
	struct iovec h[5], g[5];
	int fd = fd_any(), n = rnd(5), nr = rnd(2) ? 19 : 20;
	size_t total = 0;

	for (int i = 0; i < n; i++) {
		size_t len = rnd(3) ? rnd(50) : 0;
		h[i] = (struct iovec){ host_buf + total, len };
		g[i] = (struct iovec){ (nr == 19 ? guest_buf : host_buf) + total, len };
		total += len;
	}
	struct stat st = { 0 };
	host(5, fd, (long)&st, 0, 0, 0, 0);
	if (!(st.st_mode & S_IFMT))
		return;		/* eventfd: Linux offers it each buffer in turn, also empty ones */
	ksnprintf(what, sizeof(what), "%s %d (mode %o) of %d, %lu bytes", nr == 19 ? "readv" : "writev", fd, st.st_mode, n, total);
	long r = host(nr, fd, (long)h, n, 0, 0, 0);
	if (same(r, guest(nr, fd, (long)g, n, 0, 0, 0)) && r > 0 && nr == 19)
		same(0, memcmp(host_buf, guest_buf, r));
}

static void seeks(void)
{
	int fd = fd_any(), whence = rnd(sharing ? 3 : 6);
	s64 off = (s64)rnd(30000) - 3000;

	ksnprintf(what, sizeof(what), "lseek %d %ld %d", fd, off, whence);
	struct stat st;
	if (host(5, fd, (long)&st, 0, 0, 0, 0) == 0 && S_ISDIR(st.st_mode))
		return;	/* positions in directories are each file system's own */
	BOTH(8, fd, off, whence);
}

static void names(void)
{
	const char *a = name(), *b = name();

	switch (rnd(16)) {
	case 0: case 1:
		ksnprintf(what, sizeof(what), "mkdir %s", a);
		BOTH(83, a, 0700 + rnd(0100));
		break;
	case 2:
		ksnprintf(what, sizeof(what), "rmdir %s", a);
		BOTH(84, a);
		break;
	case 3: case 4:
		ksnprintf(what, sizeof(what), "unlink %s", a);
		BOTH(87, a);
		break;
	case 5: case 6: {
		int flags = sharing || rnd(3) ? 0 : rnd(4);
		ksnprintf(what, sizeof(what), "renameat2 %s %s %d", a, b, flags);
		BOTH(316, AT_FDCWD, a, AT_FDCWD, b, flags);
		break;
	}
	case 7:
		ksnprintf(what, sizeof(what), "link %s %s", a, b);
		BOTH(86, a, b);
		break;
	case 8: case 9:
		ksnprintf(what, sizeof(what), "symlink %s %s", a, b);
		BOTH(88, a, b);
		break;
	case 10: {
		memset(host_buf, 0, 300);
		memset(guest_buf, 0, 300);
		ksnprintf(what, sizeof(what), "readlink %s", a);
		int size = rnd(4) ? 300 : rnd(3);
		if (same(host(89, (long)a, (long)host_buf, size, 0, 0, 0), guest(89, (long)a, (long)guest_buf, size, 0, 0, 0)))
			same(0, memcmp(host_buf, guest_buf, 300));
		break;
	}
	case 11: {
		int mode = rnd(9);
		ksnprintf(what, sizeof(what), "access %s %d", a, mode);
		BOTH(21, a, mode);
		break;
	}
	case 12: {
		u32 mode = rnd(01000);
		ksnprintf(what, sizeof(what), "chmod %s %o", a, mode);
		BOTH(90, a, mode);
		break;
	}
	case 13: {
		static const u32 kinds[] = { S_IFREG, S_IFIFO, S_IFDIR, 0, S_IFSOCK, 0030000 };
		u32 mode = kinds[sharing ? 0 : rnd(array_len(kinds))] | 0644;
		ksnprintf(what, sizeof(what), "mknod %s %o", a, mode);
		BOTH(133, a, mode, 0);
		break;
	}
	case 14: {
		s64 size = rnd(4) ? (s64)rnd(20000) : (s64)rnd(3) - 1;
		ksnprintf(what, sizeof(what), "truncate %s %ld", a, size);
		struct stat st;
		if (host(4, (long)a, (long)&st, 0, 0, 0, 0) == 0 && S_ISFIFO(st.st_mode))
			break;
		BOTH(76, a, size);
		break;
	}
	case 15:
		ksnprintf(what, sizeof(what), "chdir-back %s", a);
		if (same(host(80, (long)a, 0, 0, 0, 0, 0), guest(80, (long)a, 0, 0, 0, 0, 0))) {
			host(81, 100, 0, 0, 0, 0, 0);
			guest(81, 100, 0, 0, 0, 0, 0);
		}
		break;
	}
}

static int count_entries(const u8 *b, long n, u64 *sum)
{
	int count = 0;

	for (long at = 0; at < n; count++) {
		const struct dirent64 *d = (const struct dirent64 *)(b + at);
		u64 h = d->type;
		for (const char *s = d->name; *s; s++)
			h = h * 31 + (u8)*s;
		*sum += h;
		at += d->reclen;
	}
	return count;
}

static void others(void)
{
	int fd = fd_any(), to = fd_any();

	switch (rnd(14)) {
	case 0: {
		u64 h_sum = 0, g_sum = 0;
		struct stat st = { 0 }, gst = { 0 };
		host(5, fd, (long)&st, 0, 0, 0, 0);
		guest(5, fd, (long)&gst, 0, 0, 0, 0);
		ksnprintf(what, sizeof(what), "getdents64 %d (links %lu, %lu, size %lu, %lu, at %ld, %ld)", fd, st.st_nlink, gst.st_nlink,
			st.st_size, gst.st_size, host(8, fd, 0, 1, 0, 0, 0), guest(8, fd, 0, 1, 0, 0, 0));
		long h = host(217, fd, (long)host_buf, 20000, 0, 0, 0), g = guest(217, fd, (long)guest_buf, 20000, 0, 0, 0);
		if (!same(h, g) || h <= 0)
			break;
		same(count_entries(host_buf, h, &h_sum), count_entries(guest_buf, g, &g_sum));
		same(h_sum, g_sum);
		break;
	}
	case 1:
		ksnprintf(what, sizeof(what), "dup %d", fd);
		BOTH(32, fd);
		break;
	case 2:
		ksnprintf(what, sizeof(what), "dup2 %d %d", fd, to);
		BOTH(33, fd, to);
		break;
	case 3: {
		static const int cmds[] = { 0, 1, 2, 3, 1030, 4, 9999 };
		int cmd = cmds[rnd(array_len(cmds))];
		long arg = cmd == 4 ? (rnd(2) ? O_NONBLOCK | O_APPEND : O_NONBLOCK) : (long)rnd(12);
		ksnprintf(what, sizeof(what), "fcntl %d %d %ld", fd, cmd, arg);
		BOTH(72, fd, cmd, arg);
		break;
	}
	case 4: {
		s64 size = (s64)rnd(20000) - 20;
		ksnprintf(what, sizeof(what), "ftruncate %d %ld", fd, size);
		BOTH(77, fd, size);
		break;
	}
	case 5: {
		int pair[2][2];
		if (rnd(3))
			break;
		ksnprintf(what, sizeof(what), "pipe");
		if (same(host(293, (long)pair[0], O_NONBLOCK, 0, 0, 0, 0), guest(293, (long)pair[1], O_NONBLOCK, 0, 0, 0, 0)))
			same(0, memcmp(pair[0], pair[1], 8));
		break;
	}
	case 6: {
		struct pollfd h[4], g[4];
		u32 n = rnd(5);
		for (u32 i = 0; i < n; i++)
			h[i] = g[i] = (struct pollfd){ (int)rnd(16) - 1, rnd(0x400) & ~0x6a0, 0 };
		for (u32 i = 0; i < n; i++)
			if (h[i].fd == 2 || h[i].fd < 2)
				h[i].fd = g[i].fd = -1;
		ksnprintf(what, sizeof(what), "poll %u", n);
		same(host(7, (long)h, n, 0, 0, 0, 0), guest(7, (long)g, n, 0, 0, 0, 0));
		for (u32 i = 0; i < n; i++) {
			struct stat st = { 0 };
			host(5, h[i].fd, (long)&st, 0, 0, 0, 0);
			ksnprintf(what, sizeof(what), "poll of %d (mode %o) for %x", h[i].fd, st.st_mode, h[i].events);
			same(h[i].revents, g[i].revents);
		}
		break;
	}
	case 7: {
		int mode = rnd(5), at = rnd(9000), len = rnd(9000);
		if (sharing)
			break;
		ksnprintf(what, sizeof(what), "fallocate %d %d %d %d", fd, mode, at, len);
		BOTH(285, fd, mode, at, len);
		break;
	}
	case 8: {
		u64 n = 1 + (rnd(3) ? rnd(100) : rnd(20000));
		struct stat a, b;
		/* within one file the host sends pages that change on the way */
		if (host(5, fd, (long)&a, 0, 0, 0, 0) || host(5, to, (long)&b, 0, 0, 0, 0) || a.st_ino == b.st_ino)
			break;
		ksnprintf(what, sizeof(what), "sendfile %d %d %lu", to, fd, n);
		BOTH(40, to, fd, NULL, n);
		break;
	}
	case 9:
		ksnprintf(what, sizeof(what), "fsync %d", fd);
		BOTH(rnd(2) ? 74 : 75, fd);
		break;
	case 10: {
		u64 n = rnd(5000);
		ksnprintf(what, sizeof(what), "copy_file_range %d %d %lu", fd, to, n);
		if (fd != to)
			BOTH(326, fd, NULL, to, NULL, n, 0);
		break;
	}
	case 11: {
		u64 one = rnd(5);
		if (!rnd(4)) {
			ksnprintf(what, sizeof(what), "eventfd");
			BOTH(290, one, O_NONBLOCK);
		}
		break;
	}
	case 12: {
		int op = rnd(9) | (rnd(4) ? 4 : 0);
		ksnprintf(what, sizeof(what), "flock %d %d", fd, op);
		BOTH(73, fd, op | 4);
		break;
	}
	case 13: {
		struct stat st;
		int h_n = -1, g_n = -1;
		if (host(5, fd, (long)&st, 0, 0, 0, 0) || !(S_ISREG(st.st_mode) || S_ISFIFO(st.st_mode)))
			break;
		ksnprintf(what, sizeof(what), "FIONREAD %d", fd);
		if (same(host(16, fd, FIONREAD, (long)&h_n, 0, 0, 0), guest(16, fd, FIONREAD, (long)&g_n, 0, 0, 0)))
			same(h_n, g_n);
		break;
	}
	}
}

static void remove_tree(const char *path, int depth)
{
	static const char *const leaves[] = { "a", "b", "c", "d", "e", "long" };
	char full[200];

	for (u32 i = 0; i < array_len(leaves); i++) {
		ksnprintf(full, sizeof(full), "%s/%s", path, leaves[i]);
		if (depth < 4)
			remove_tree(full, depth + 1);
		host(87, (long)full, 0, 0, 0, 0, 0);
		guest(87, (long)full, 0, 0, 0, 0, 0);
		host(84, (long)full, 0, 0, 0, 0, 0);
		guest(84, (long)full, 0, 0, 0, 0, 0);
	}
}

/* After every call, so that the one that moved a position wrongly is the one named. */
static void compare_positions(void)
{
	struct stat st, gst = { 0 };

	for (int fd = 3; fd < 16; fd++) {
		if (host(5, fd, (long)&st, 0, 0, 0, 0) || !S_ISREG(st.st_mode))
			continue;
		if (!same(host(8, fd, 0, SEEK_CUR, 0, 0, 0), guest(8, fd, 0, SEEK_CUR, 0, 0, 0)))
			printf("... is the position of %d\n", fd);
		guest(5, fd, (long)&gst, 0, 0, 0, 0);
		if (!same(st.st_size, gst.st_size))
			printf("... is the size of %d\n", fd);
		long h = host(17, fd, (long)host_buf, sizeof(host_buf), 0, 0, 0);
		long g = guest(17, fd, (long)guest_buf, sizeof(guest_buf), 0, 0, 0);
		if (same(h, g) && h > 0)
			for (long i = 0; i < h; i++)
				if (host_buf[i] != guest_buf[i]) {
					printf("%s: byte %ld of %d differs\n", what, i, fd);
					failures++;
					break;
				}
	}
}

int test_differ(const char *start, unsigned long seed, unsigned long rounds)
{
	host(95, 022, 0, 0, 0, 0, 0);
	EXPECT(guest(80, (long)start, 0, 0, 0, 0, 0), 0);
	for (int i = 0; i < DEEP; i++) {
		BOTH(83, "in", 0755);
		BOTH(80, "in");
	}
	/* descriptors from 3 on are free, 100 is the way back */
	EXPECT(guest(33, guest(2, (long)".", O_RDONLY | O_DIRECTORY, 0, 0, 0, 0), 100, 0, 0, 0, 0), 100);
	EXPECT(host(33, host(2, (long)".", O_RDONLY | O_DIRECTORY, 0, 0, 0, 0), 100, 0, 0, 0, 0), 100);
	for (int fd = 3; fd < 100; fd++)
		host(3, fd, 0, 0, 0, 0, 0), guest(3, fd, 0, 0, 0, 0, 0);
	host(3, 2, 0, 0, 0, 0, 0);
	guest(3, 2, 0, 0, 0, 0, 0);
	EXPECT(host(2, (long)"/dev/null", 0, 0, 0, 0, 0), 2);
	EXPECT(guest(2, (long)"/dev/null", 0, 0, 0, 0, 0), 2);
	host(13, SIGPIPE, (long)(u64[4]){ 1, 0, 0, 0 }, 0, 8, 0, 0);
	state = seed * 2654435761 + 88172645463325252;
	for (unsigned long i = 0; i < rounds && failures < 10; i++) {
		switch (rnd(12)) {
		case 0: case 1: opens(); break;
		case 2: case 3: reads(); break;
		case 4: case 5: writes(); break;
		case 6: names(); break;
		case 7: stats(); break;
		case 8: seeks(); break;
		case 9: {
			int fd = fd_any();
			if (fd == 2)
				break;
			ksnprintf(what, sizeof(what), "close %d", fd);
			BOTH(3, fd);
			break;
		}
		case 10: vectors(); break;
		case 11: others(); break;
		}
		if (!lying)
			compare_positions();
		if (i % 1000 == 999) {
			for (int fd = 3; fd < 100; fd++) {
				host(3, fd, 0, 0, 0, 0, 0);
				guest(3, fd, 0, 0, 0, 0, 0);
			}
			remove_tree(".", 0);
		}
	}
	for (int fd = 2; fd < 101; fd++) {
		host(3, fd, 0, 0, 0, 0, 0);
		guest(3, fd, 0, 0, 0, 0, 0);
	}
	guest(80, (long)"/", 0, 0, 0, 0, 0);
	return 0;
}
