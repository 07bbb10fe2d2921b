/* Reads and path functions with the size of their buffer. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <wchar.h>
#include "../glue.h"

#define CHECK(need, size) do { if ((size) < (size_t)(need)) __chk_fail(); } while (0)

ssize_t __read_chk(int fd, void *b, size_t n, size_t size) { CHECK(n, size); return read(fd, b, n); }
ssize_t __pread_chk(int fd, void *b, size_t n, off_t at, size_t size) { CHECK(n, size); return pread(fd, b, n, at); }
weak_alias(__pread_chk, __pread64_chk);
ssize_t __recv_chk(int fd, void *b, size_t n, size_t size, int flags) { CHECK(n, size); return recv(fd, b, n, flags); }
ssize_t __recvfrom_chk(int fd, void *b, size_t n, size_t size, int flags, struct sockaddr *from, socklen_t *len)
{
	CHECK(n, size);
	return recvfrom(fd, b, n, flags, from, len);
}
ssize_t __readlink_chk(const char *path, char *b, size_t n, size_t size) { CHECK(n, size); return readlink(path, b, n); }
ssize_t __readlinkat_chk(int fd, const char *path, char *b, size_t n, size_t size) { CHECK(n, size); return readlinkat(fd, path, b, n); }
char *__getcwd_chk(char *b, size_t n, size_t size) { CHECK(n, size); return getcwd(b, n); }
char *__getwd_chk(char *b, size_t size)
{
	char *r = getcwd(b, size);

	if (!r && errno == ERANGE)
		__chk_fail();
	return r;
}
char *__realpath_chk(const char *path, char *b, size_t size) { CHECK(PATH_MAX, size); return realpath(path, b); }
int __gethostname_chk(char *b, size_t n, size_t size) { CHECK(n, size); return gethostname(b, n); }
int __getdomainname_chk(char *b, size_t n, size_t size) { CHECK(n, size); return getdomainname(b, n); }
int __getlogin_r_chk(char *b, size_t n, size_t size) { CHECK(n, size); return getlogin_r(b, n); }
int __ttyname_r_chk(int fd, char *b, size_t n, size_t size) { CHECK(n, size); return ttyname_r(fd, b, n); }
int __ptsname_r_chk(int fd, char *b, size_t n, size_t size) { CHECK(n, size); return ptsname_r(fd, b, n); }
int __getgroups_chk(int n, gid_t *list, size_t size) { CHECK(n * sizeof *list, size); return getgroups(n, list); }
size_t __confstr_chk(int name, char *b, size_t n, size_t size) { CHECK(n, size); return confstr(name, b, n); }
int __poll_chk(struct pollfd *p, nfds_t n, int timeout, size_t size) { CHECK(n, size / sizeof *p); return poll(p, n, timeout); }
int __ppoll_chk(struct pollfd *p, nfds_t n, const struct timespec *t, const sigset_t *mask, size_t size)
{
	CHECK(n, size / sizeof *p);
	return ppoll(p, n, t, mask);
}
