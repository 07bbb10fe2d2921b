/* What works on a descriptor of O_PATH, files without names, and links to them. */
#include "say.h"
#include <stdbool.h>
#include <dirent.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <utime.h>

static void on(int fd, bool dir)
{
	char buf[600];
	struct stat st;
	struct statfs fs;
	struct statx sx;
	struct iovec v = { buf, 1 };
	struct timespec now[2] = { { 5, 0 }, { 6, 0 } };
	struct flock lock = { .l_type = F_RDLCK };
	struct epoll_event ev = { .events = EPOLLIN };
	off_t off = 0;
	int ep = epoll_create1(0), other = open(".", O_RDONLY | O_DIRECTORY);

	SAY(read(fd, buf, 1));
	SAY(read(fd, buf, 0));
	SAY(write(fd, buf, 1));
	SAY(pread(fd, buf, 1, 0));
	SAY(pwrite(fd, buf, 1, 0));
	SAY(readv(fd, &v, 1));
	SAY(writev(fd, &v, 1));
	SAY(lseek(fd, 0, SEEK_CUR));
	SAY(ioctl(fd, FIONREAD, buf));
	SAY(ioctl(fd, FIOCLEX, buf));
	SAY(fsync(fd));
	SAY(fdatasync(fd));
	SAY(syncfs(fd));
	SAY(ftruncate(fd, 0));
	SAY(fallocate(fd, 0, 0, 1));
	SAY(fchmod(fd, 0700));
	SAY(fchown(fd, -1, -1));
	SAY(futimens(fd, now));
	SAY(fgetxattr(fd, "user.x", buf, 1));
	SAY(fsetxattr(fd, "user.x", "1", 1, 0));
	SAY(flistxattr(fd, buf, 0));
	SAY(fremovexattr(fd, "user.x"));
	SAY(flock(fd, LOCK_SH));
	SAY(fcntl(fd, F_GETLK, &lock));
	SAY(fcntl(fd, F_SETLK, &lock));
	SAY(fcntl(fd, F_OFD_SETLK, &lock));
	SAY(fcntl(fd, F_GETFL));
	SAY(fcntl(fd, F_SETFL, O_NONBLOCK));
	SAY(fcntl(fd, F_GETFD));
	SAY(fcntl(fd, F_SETFD, FD_CLOEXEC));
	SAY(fcntl(fd, F_GETOWN));
	SAY(fcntl(fd, F_GETPIPE_SZ));
	SAY(fcntl(fd, F_GET_SEALS));
	SAY(fcntl(fd, F_GETLEASE));
	SAY(mmap(0, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED ? -1 : 0);
	SAY(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev));
	struct pollfd p = { fd, POLLIN | POLLOUT, 0 };
	SAY(poll(&p, 1, 0));
	printf("revents %x\n", p.revents);
	SAY(sendfile(fd, other, &off, 1));
	SAY(posix_fadvise(fd, 0, 0, 0));
	SAY(readahead(fd, 0, 1));
	SAY(sync_file_range(fd, 0, 1, 0));
	SAY(syscall(SYS_getdents64, fd, buf, sizeof(buf)));
	SAY(fstat(fd, &st));
	SAY(fstatfs(fd, &fs));
	SAY(statx(fd, "", AT_EMPTY_PATH, STATX_ALL, &sx));
	SAY(fchdir(fd));
	if (dir)
		fchdir(other);
	SAY(faccessat(fd, "", R_OK, AT_EMPTY_PATH));
	SAY(fchownat(fd, "", -1, -1, AT_EMPTY_PATH));
	SAY(syscall(SYS_utimensat, fd, "", now, AT_EMPTY_PATH));
	SAY(syscall(SYS_utimensat, fd, 0, now, 0));
	SAY(syscall(452, fd, "", 0744, AT_EMPTY_PATH));
	SAY(readlinkat(fd, "", buf, sizeof(buf)));
	SAY(openat(fd, "", O_RDONLY) < 0 ? -1 : 0);
	SAY(close(dup(fd)));
	int twin = dup(fd);
	SAY(fcntl(twin, F_GETFL));
	close(twin);
	close(ep);
	close(other);
}

static void reopen(int fd, int flags)
{
	char name[32];

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	SAY(open(name, flags) < 0 ? -1 : 0);
}

int main(void)
{
	char name[64], buf[64];
	struct stat st;

	enter();
	close(make("f", "hello"));
	mkdir("d", 0755);
	symlink("f", "link");
	mkfifo("p", 0644);
	int f = open("f", O_PATH | O_RDWR | O_TRUNC | O_APPEND), d = open("d", O_PATH | O_DIRECTORY);
	int l = open("link", O_PATH | O_NOFOLLOW), p = open("p", O_PATH | O_CLOEXEC);
	printf("file\n");
	on(f, false);
	printf("folder\n");
	on(d, true);
	printf("link\n");
	on(l, false);
	printf("fifo\n");
	on(p, false);
	printf("reopened\n");
	reopen(f, O_RDONLY);
	reopen(f, O_PATH);
	reopen(d, O_RDONLY | O_DIRECTORY);
	reopen(d, O_RDWR);
	reopen(l, O_RDONLY);
	reopen(l, O_PATH);
	reopen(p, O_RDONLY | O_NONBLOCK);
	SAY(open("f", O_PATH | O_DIRECTORY) < 0 ? -1 : 0);
	SAY(open("missing", O_PATH | O_CREAT, 0600) < 0 ? -1 : 0);
	SAY(open("link", O_PATH | O_DIRECTORY) < 0 ? -1 : 0);
	SAY(open("link/", O_PATH | O_NOFOLLOW) < 0 ? -1 : 0);
	SAY(openat(d, "../f", O_RDONLY) < 0 ? -1 : 0);
	SAY(mkdirat(d, "sub", 0700));
	SAY(unlinkat(d, "sub", AT_REMOVEDIR));
	SAY(openat(f, "x", O_RDONLY) < 0 ? -1 : 0);
	SAY(openat(f, ".", O_RDONLY) < 0 ? -1 : 0);
	SAY(openat(f, "/", O_RDONLY) < 0 ? -1 : 0);

	printf("no names\n");
	SAY(open("d", O_TMPFILE | O_RDONLY, 0600) < 0 ? -1 : 0);
	SAY(open("f", O_TMPFILE | O_RDWR, 0600) < 0 ? -1 : 0);
	SAY(open("missing", O_TMPFILE | O_RDWR, 0600) < 0 ? -1 : 0);
	SAY(open("/proc", O_TMPFILE | O_RDWR, 0600) < 0 ? -1 : 0);
	int t = open("d", O_TMPFILE | O_RDWR, 0666);
	SAY(write(t, "text", 4));
	fstat(t, &st);
	printf("%o %ld links %ld\n", st.st_mode, (long)st.st_size, (long)st.st_nlink);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", t);
	SAY(readlink(name, buf, sizeof(buf)) > 0 ? 0 : -1);
	SAY(linkat(AT_FDCWD, name, AT_FDCWD, "named0", 0));
	SAY(linkat(AT_FDCWD, name, AT_FDCWD, "named", AT_SYMLINK_FOLLOW));
	SAY(linkat(AT_FDCWD, name, AT_FDCWD, "named", AT_SYMLINK_FOLLOW));
	fstat(t, &st);
	printf("links %ld\n", (long)st.st_nlink);
	SAY(linkat(t, "", AT_FDCWD, "named2", AT_EMPTY_PATH));
	SAY(linkat(t, "", AT_FDCWD, "named2", 0));
	SAY(linkat(-1, "", AT_FDCWD, "named2", AT_EMPTY_PATH));
	SAY(linkat(f, "", AT_FDCWD, "named3", AT_EMPTY_PATH));
	SAY(linkat(d, "", AT_FDCWD, "named4", AT_EMPTY_PATH));
	SAY(linkat(l, "", AT_FDCWD, "named5", AT_EMPTY_PATH));
	SAY(linkat(AT_FDCWD, "f", AT_FDCWD, "named6", 0x8000));
	SAY(linkat(AT_FDCWD, "link", AT_FDCWD, "named7", 0));
	SAY(linkat(AT_FDCWD, "link", AT_FDCWD, "named8", AT_SYMLINK_FOLLOW));
	SAY(linkat(AT_FDCWD, "f", AT_FDCWD, "named9/", 0));
	SAY(linkat(AT_FDCWD, "f/", AT_FDCWD, "named9", 0));
	SAY(linkat(AT_FDCWD, "d", AT_FDCWD, "named9", 0));
	SAY(linkat(AT_FDCWD, "f", AT_FDCWD, "d/.", 0));
	SAY(linkat(AT_FDCWD, "f", AT_FDCWD, "", 0));
	SAY(linkat(AT_FDCWD, "f", AT_FDCWD, "/proc/x", 0));
	SAY(link("f", "/tmp/../proc/self/x"));
	int e = open("d", O_TMPFILE | O_RDWR | O_EXCL, 0600);
	SAY(linkat(e, "", AT_FDCWD, "never", AT_EMPTY_PATH));
	snprintf(name, sizeof(name), "/proc/self/fd/%d", e);
	SAY(linkat(AT_FDCWD, name, AT_FDCWD, "never", AT_SYMLINK_FOLLOW));
	close(t);
	t = open("named", O_RDWR);
	unlink("named");
	unlink("named2");
	SAY(linkat(t, "", AT_FDCWD, "back", AT_EMPTY_PATH));
	snprintf(name, sizeof(name), "/proc/self/fd/%d", t);
	SAY(linkat(AT_FDCWD, name, AT_FDCWD, "back", AT_SYMLINK_FOLLOW));
	int m = syscall(SYS_memfd_create, "m", 0);
	SAY(linkat(m, "", AT_FDCWD, "mem", AT_EMPTY_PATH));
	SAY(fcntl(m, F_GETFL));
	SAY(lstat("named7", &st));
	printf("%o\n", st.st_mode & S_IFMT);
	static const char *const made[] = { "named0", "named3", "named5", "named7", "named8", "never", "back", "f", "link", "p" };
	for (int i = 0; i < 10; i++)
		SAY(unlink(made[i]));
	SAY(rmdir("d"));
	SAY(rmdir(own));
}
