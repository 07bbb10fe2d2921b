#include <errno.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* fpathconf.c */
hidden long __pathconf_of(int name, int (*stat)(const void *file, struct stat *s), int (*statvfs)(const void *file, struct statvfs *s), const void *file);

static int by_path(const void *file, struct stat *s) { return stat(file, s); }
static int vfs_by_path(const void *file, struct statvfs *v) { return statvfs(file, v); }

long pathconf(const char *path, int name)
{
	if (!*path) {
		errno = ENOENT;
		return -1;
	}
	return __pathconf_of(name, by_path, vfs_by_path, path);
}
