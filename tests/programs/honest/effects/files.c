/* Open files: their content, position and descriptors. */
#include "effects.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/select.h>
#include <sys/sendfile.h>

static struct iovec two[2] = { { "ab", 2 }, { "cd", 2 } };

EFFECT(read)
{
	char b[3] = "";
	int fd = new_file("abcdef");

	return C(read, fd, b, 2) == 2 && !strcmp(b, "ab") && lseek(fd, 0, SEEK_CUR) == 2;
}

EFFECT(write)
{
	int fd = new_file("abcdef");

	return C(write, fd, "xy", 2) == 2 && lseek(fd, 0, SEEK_CUR) == 2 && holds("file", "xycdef");
}

EFFECT(open) { return C(open, "opened", O_CREAT | O_WRONLY, 0600) >= 0 && mode_of("opened") == (S_IFREG | 0600); }
EFFECT(creat) { new_file("abc"); return C(creat, "file", 0600) >= 0 && holds("file", ""); }
EFFECT(openat) { return C(openat, AT_FDCWD, "opened_at", O_CREAT | O_WRONLY, 0600) >= 0 && mode_of("opened_at") == (S_IFREG | 0600); }

EFFECT(openat2)
{
	uint64_t how[3] = { O_CREAT | O_WRONLY, 0600 };

	return C(openat2, AT_FDCWD, "opened_at2", how, sizeof how) >= 0 && mode_of("opened_at2") == (S_IFREG | 0600);
}

EFFECT(close)
{
	int fd = new_file("");

	return !C(close, fd) && fcntl(fd, F_GETFD) < 0 && errno == EBADF;
}

EFFECT(close_range)
{
	int a = fcntl(new_file(""), F_DUPFD, 700), b = fcntl(a, F_DUPFD, 700);

	return !C(close_range, b, b, 4 /* CLOSE_RANGE_CLOEXEC */) && fcntl(b, F_GETFD) == FD_CLOEXEC &&
	       !C(close_range, a, b, 0) && fcntl(a, F_GETFD) < 0 && fcntl(b, F_GETFD) < 0;
}

EFFECT(lseek)
{
	char c = 0;
	int fd = new_file("abcdef");

	return C(lseek, fd, 3L, SEEK_SET) == 3 && read(fd, &c, 1) == 1 && c == 'd';
}

EFFECT(pread64) { char c; int fd = new_file("abc"); return C(pread64, fd, &c, 1, 2L) == 1 && c == 'c' && !lseek(fd, 0, SEEK_CUR); }
EFFECT(pwrite64) { int fd = new_file("abc"); return C(pwrite64, fd, "x", 1, 1L) == 1 && holds("file", "axc") && !lseek(fd, 0, SEEK_CUR); }
EFFECT(writev) { int fd = new_file(""); return C(writev, fd, two, 2) == 4 && holds("file", "abcd") && lseek(fd, 0, SEEK_CUR) == 4; }
EFFECT(pwritev) { int fd = new_file("123456"); return C(pwritev, fd, two, 2, 1L, 0L) == 4 && holds("file", "1abcd6") && !lseek(fd, 0, SEEK_CUR); }

static bool scattered(long n, const char b[2][2]) { return n == 4 && !memcmp(b[0], "ab", 2) && !memcmp(b[1], "cd", 2); }

EFFECT(readv)
{
	char b[2][2];
	struct iovec v[2] = { { b[0], 2 }, { b[1], 2 } };
	int fd = new_file("abcdef");

	return scattered(C(readv, fd, v, 2), b) && lseek(fd, 0, SEEK_CUR) == 4;
}

EFFECT(preadv)
{
	char b[2][2];
	struct iovec v[2] = { { b[0], 2 }, { b[1], 2 } };
	int fd = new_file("0abcdef");

	return scattered(C(preadv, fd, v, 2, 1L, 0L), b) && !lseek(fd, 0, SEEK_CUR);
}

/* The file behind A and B has one position. */
static bool one_file(int a, int b)
{
	return a >= 0 && b >= 0 && lseek(a, 2, SEEK_SET) == 2 && lseek(b, 0, SEEK_CUR) == 2;
}

EFFECT(dup) { int fd = new_file("abc"); return one_file(fd, C(dup, fd)); }
EFFECT(dup2) { int fd = new_file("abc"); return C(dup2, fd, 600) == 600 && one_file(fd, 600) && !close(600); }
EFFECT(dup3) { int fd = new_file("abc"); return C(dup3, fd, 601, O_CLOEXEC) == 601 && one_file(fd, 601) && fcntl(601, F_GETFD) == FD_CLOEXEC; }

static bool goes_through(int p[2])
{
	char c = 0;

	return write(p[1], "x", 1) == 1 && read(p[0], &c, 1) == 1 && c == 'x';
}

EFFECT(pipe) { int p[2]; return !C(pipe, p) && goes_through(p); }
EFFECT(pipe2) { int p[2]; return !C(pipe2, p, O_NONBLOCK | O_CLOEXEC) && goes_through(p) && fcntl(p[0], F_GETFL) & O_NONBLOCK && fcntl(p[1], F_GETFD) == FD_CLOEXEC; }

EFFECT(poll)
{
	int p[2];
	struct pollfd f = { .events = POLLIN };

	pipe(p);
	f.fd = p[0];
	return !C(poll, &f, 1, 0) && write(p[1], "x", 1) == 1 && C(poll, &f, 1, -1) == 1 && f.revents == POLLIN;
}

EFFECT(select)
{
	int p[2];
	fd_set set, again;
	struct timeval none = { 0 };

	pipe(p);
	FD_ZERO(&set);
	FD_SET(p[0], &set);
	again = set;
	return !C(select, p[0] + 1, &set, NULL, NULL, &none) && !FD_ISSET(p[0], &set) && write(p[1], "x", 1) == 1 &&
	       C(select, p[0] + 1, &again, NULL, NULL, NULL) == 1 && FD_ISSET(p[0], &again);
}

/* A signal that is blocked but for the time of a wait by CALL arrives in that. */
#define MASKED(call) do { \
	sigset_t set, none; \
	sigemptyset(&none), sigemptyset(&set), sigaddset(&set, SIGUSR1); \
	catch(SIGUSR1); \
	sigprocmask(SIG_BLOCK, &set, NULL); \
	raise(SIGUSR1); \
	bool before = !caught, failed = (call) < 0 && errno == EINTR; \
	sigprocmask(SIG_SETMASK, NULL, &set); \
	bool blocked = sigismember(&set, SIGUSR1); \
	sigprocmask(SIG_UNBLOCK, &set, NULL); \
	return before && failed && caught == 1 && blocked; \
} while (0)

EFFECT(pselect6) { MASKED(C(pselect6, 0, NULL, NULL, NULL, NULL, ((uint64_t[]){ (uint64_t)&none, 8 }))); }
EFFECT(ppoll) { MASKED(C(ppoll, NULL, 0, NULL, &none, 8)); }
EFFECT(epoll_pwait) { struct epoll_event e; int ep = epoll_create1(0); MASKED(C(epoll_pwait, ep, &e, 1, -1, &none, 8)); }
EFFECT(epoll_pwait2) { struct epoll_event e; int ep = epoll_create1(0); MASKED(C(epoll_pwait2, ep, &e, 1, NULL, &none, 8)); }

/* The events that EP reports for a readable file, as long as it watches that. */
static bool watches(int ep)
{
	struct epoll_event e = { .events = EPOLLIN, .data.u64 = 77 }, got = { 0 };
	int fd = eventfd(1, 0);

	return !C(epoll_ctl, ep, EPOLL_CTL_ADD, fd, &e) && C(epoll_wait, ep, &got, 1, 0) == 1 && got.data.u64 == 77 && got.events == EPOLLIN &&
	       !C(epoll_ctl, ep, EPOLL_CTL_DEL, fd, &e) && !C(epoll_wait, ep, &got, 1, 0);
}

EFFECT(epoll_create) { return watches(C(epoll_create, 1)); }
EFFECT(epoll_create1) { int ep = C(epoll_create1, EPOLL_CLOEXEC); return watches(ep) && fcntl(ep, F_GETFD) == FD_CLOEXEC; }
EFFECT(epoll_ctl) { return watches(epoll_create1(0)); }
EFFECT(epoll_wait) { return watches(epoll_create1(0)); }

static bool counts(int fd)
{
	uint64_t n = 3;

	return write(fd, &n, 8) == 8 && read(fd, &n, 8) == 8 && n == 8;
}

EFFECT(eventfd) { return counts(C(eventfd, 5)); }
EFFECT(eventfd2) { int fd = C(eventfd2, 5, EFD_NONBLOCK); uint64_t n; return counts(fd) && read(fd, &n, 8) < 0 && errno == EAGAIN; }

static bool tells(int in)
{
	struct inotify_event e;
	int wd = inotify_add_watch(in, "file", IN_MODIFY);

	return wd >= 0 && truncate("file", 1) == 0 && read(in, &e, sizeof e) == sizeof e && e.wd == wd && e.mask == IN_MODIFY;
}

EFFECT(inotify_init) { new_file("abc"); return tells(C(inotify_init)); }
EFFECT(inotify_init1) { new_file("abc"); int in = C(inotify_init1, IN_NONBLOCK); char b[64]; return tells(in) && read(in, b, sizeof b) < 0 && errno == EAGAIN; }

EFFECT(inotify_rm_watch)
{
	struct inotify_event e;
	int in = inotify_init1(IN_NONBLOCK);

	new_file("abc");
	int wd = inotify_add_watch(in, "file", IN_MODIFY);
	return !C(inotify_rm_watch, in, wd) && read(in, &e, sizeof e) == sizeof e && e.mask == IN_IGNORED && !truncate("file", 1) && read(in, &e, sizeof e) < 0;
}

EFFECT(flock)
{
	int a = new_file(""), b = open("file", O_RDWR);

	return !C(flock, a, LOCK_EX) && flock(b, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK && !C(flock, a, LOCK_UN) && !flock(b, LOCK_EX | LOCK_NB);
}

static off_t size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? -1 : st.st_size;
}

EFFECT(truncate) { new_file("abcdef"); return !C(truncate, "file", 3L) && holds("file", "abc"); }
EFFECT(ftruncate) { int fd = new_file("abcdef"); return !C(ftruncate, fd, 2L) && holds("file", "ab") && !C(ftruncate, fd, 9999L) && size_of("file") == 9999; }

EFFECT(fallocate)
{
	int fd = new_file("abcdef");
	char c = 1;

	return !C(fallocate, fd, 0, 0L, 8192L) && size_of("file") == 8192 &&
	       !C(fallocate, fd, 3 /* FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE */, 1L, 2L) && pread(fd, &c, 1, 2) == 1 && !c && pread(fd, &c, 1, 3) == 1 && c == 'd';
}

static int opened(const char *name) { return open(name, O_RDWR | O_CREAT | O_TRUNC, 0600); }

EFFECT(sendfile)
{
	int in = new_file("abcdef"), out = opened("sent");
	off_t at = 1;

	return C(sendfile, out, in, &at, 3) == 3 && at == 4 && holds("sent", "bcd");
}

EFFECT(copy_file_range)
{
	int in = new_file("abcdef"), out = opened("copied");

	return C(copy_file_range, in, NULL, out, NULL, 4, 0) == 4 && holds("copied", "abcd") && lseek(in, 0, SEEK_CUR) == 4;
}

EFFECT(splice)
{
	int p[2], out = opened("spliced");

	pipe(p);
	return write(p[1], "abc", 3) == 3 && C(splice, p[0], NULL, out, NULL, 2, 0) == 2 && holds("spliced", "ab") && C(splice, p[0], NULL, out, NULL, 9, 0) == 1 && holds("spliced", "abc");
}

EFFECT(tee)
{
	int p[2], q[2];
	char a[4] = "", b[4] = "";

	pipe(p), pipe(q);
	return write(p[1], "abc", 3) == 3 && C(tee, p[0], q[1], 3, 0) == 3 && read(p[0], a, 3) == 3 && read(q[0], b, 3) == 3 && !strcmp(a, "abc") && !strcmp(b, "abc");
}

/* Each entry is told once. */
#define LISTED(call) do { \
	char b[4096]; \
	int fd = open("/proc/self/fdinfo", O_RDONLY | O_DIRECTORY); \
	long n, all = 0; \
	while ((n = C(call, fd, b, sizeof b)) > 0) \
		all += n; \
	return all && !n && !C(call, fd, b, sizeof b); \
} while (0)

EFFECT(getdents) { LISTED(getdents); }
EFFECT(getdents64) { LISTED(getdents64); }

NONE(fsync, "what it writes is read from memory before as well: tests/durable_test.go looks at the disk");
NONE(fdatasync, "as fsync");
NONE(sync, "as fsync");
NONE(syncfs, "as fsync");
NONE(readahead, "what comes into memory early is no different from what comes late");
