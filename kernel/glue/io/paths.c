/* Path and directory functions that only glibc has. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "syscall.h"

char *canonicalize_file_name(const char *path)
{
	return realpath(path, 0);
}

char *getwd(char *buf)
{
	return getcwd(buf, 4096);
}

ssize_t getdirentries(int fd, char *restrict buf, size_t n, off_t *restrict at)
{
	off_t here = lseek(fd, 0, SEEK_CUR);
	int r;

	if (here < 0)
		return -1;
	r = getdents(fd, (struct dirent *)buf, n);
	if (r >= 0)
		*at = here;
	return r;
}

int isfdtype(int fd, int type)
{
	struct stat st;

	return fstat(fd, &st) ? -1 : (int)(st.st_mode & S_IFMT) == type;
}

int glob_pattern_p(const char *s, int quote)
{
	int bracket = 0;

	for (; *s; s++) {
		if (*s == '?' || *s == '*')
			return 1;
		if (*s == '\\' && quote && s[1])
			s++;
		else if (*s == '[')
			bracket = 1;
		else if (*s == ']' && bracket)
			return 1;
	}
	return 0;
}

int getpt(void)
{
	return posix_openpt(O_RDWR);
}

int scandirat(int dir, const char *path, struct dirent ***out,
	int (*want)(const struct dirent *), int (*order)(const struct dirent **, const struct dirent **))
{
	int fd = openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), n = 0, room = 0;
	DIR *d = fd < 0 ? 0 : fdopendir(fd);
	struct dirent **list = 0, *e;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	for (errno = 0; (e = readdir(d)); errno = 0) {
		if (want && !want(e))
			continue;
		if (n == room) {
			struct dirent **more = reallocarray(list, room = 2 * room + 16, sizeof *list);

			if (!more)
				break;
			list = more;
		}
		if (!(list[n] = malloc(e->d_reclen)))
			break;
		memcpy(list[n++], e, e->d_reclen);
	}
	int err = errno;

	closedir(d);
	if (err) {
		while (n)
			free(list[--n]);
		free(list);
		errno = err;
		return -1;
	}
	if (order)
		qsort(list, n, sizeof *list, (int (*)(const void *, const void *))order);
	*out = list;
	return n;
}
