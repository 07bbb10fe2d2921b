/* Files in /tmp: create, append, seek, truncate, rename, unlink, links, errors. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static void show(const char *what, long r)
{
	printf("%s: %ld %s\n", what, r, r < 0 ? strerror(errno) : "");
}

static void content(const char *name)
{
	char buf[200];
	int fd = open(name, O_RDONLY);
	ssize_t n = read(fd, buf, sizeof buf);

	for (ssize_t i = 0; i < n; i++)
		if (!buf[i])
			buf[i] = '.';
	printf("%zd <%.*s>\n", n, (int)(n < 0 ? 0 : n), buf);
	close(fd);
}

int main(void)
{
	char dir[] = "/tmp/uk-files-XXXXXX", buf[100];
	struct stat st;
	int fd;

	show("mkdtemp", mkdtemp(dir) ? 0 : -1);
	show("chdir", chdir(dir));
	printf("cwd matches: %d\n", strcmp(getcwd(buf, sizeof buf), dir) == 0);
	fd = open("a", O_CREAT | O_EXCL | O_RDWR, 0640);
	show("write", write(fd, "hello world", 11));
	show("lseek", lseek(fd, 6, SEEK_SET));
	show("read", read(fd, buf, 100));
	show("lseek end", lseek(fd, 5, SEEK_END));
	show("write", write(fd, "!", 1));
	show("pwrite", pwrite(fd, "J", 1, 0));
	show("fstat", fstat(fd, &st));
	printf("size %ld mode %o links %lu\n", (long)st.st_size, st.st_mode, (unsigned long)st.st_nlink);
	content("a");
	show("ftruncate", ftruncate(fd, 4));
	show("fsync", fsync(fd));
	close(fd);
	content("a");
	show("create again", open("a", O_CREAT | O_EXCL | O_WRONLY, 0600));

	fd = open("a", O_WRONLY | O_APPEND);
	struct iovec iov[2] = { { "one ", 4 }, { "two", 3 } };
	show("writev", writev(fd, iov, 2));
	show("read of a write-only file", read(fd, buf, 1));
	close(fd);
	content("a");
	show("truncate", truncate("a", 20));
	content("a");

	show("rename", rename("a", "b"));
	show("access a", access("a", F_OK));
	show("access b", access("b", R_OK | W_OK));
	show("link", link("b", "c"));
	stat("c", &st);
	printf("links %lu\n", (unsigned long)st.st_nlink);
	show("symlink", symlink("b", "s"));
	buf[readlink("s", buf, sizeof buf)] = 0;
	printf("-> %s\n", buf);
	lstat("s", &st);
	printf("is a link %d, size %ld\n", S_ISLNK(st.st_mode), (long)st.st_size);
	content("s");
	show("loop", symlink("loop", "loop"));
	show("open loop", open("loop", O_RDONLY));

	show("mkdir", mkdir("d", 0755));
	show("mkdir again", mkdir("d", 0755));
	show("rename into", rename("b", "d/b"));
	show("rmdir full", rmdir("d"));
	show("unlink dir", unlink("d") < 0 ? -1 : 0);
	show("open dir to write", open("d", O_WRONLY));
	show("file as dir", open("c/x", O_RDONLY));
	fd = open("d/b", O_RDWR);
	show("unlink open", unlink("d/b"));
	show("read after unlink", pread(fd, buf, 4, 0));
	close(fd);
	show("rmdir", rmdir("d"));
	show("unlink none", unlink("d/b"));
	show("chmod", chmod("c", 0444));
	stat("c", &st);
	printf("mode %o\n", st.st_mode & 07777);
	show("bad fd", write(99, "x", 1));
	show("long name", open("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789", O_RDONLY));
	unlink("c");
	unlink("s");
	unlink("loop");
	show("chdir up", chdir(".."));
	show("rmdir", rmdir(dir));

	int d = open("/tmp", O_RDONLY | O_DIRECTORY);
	fd = openat(d, "uk-at", O_CREAT | O_RDWR | O_TRUNC, 0600);
	show("openat", fd < 0 ? -1 : 0);
	int e = dup2(fd, 40);
	show("dup2", e);
	write(e, "shared offset", 13);
	show("offset", lseek(fd, 0, SEEK_CUR));
	show("fcntl", fcntl(fd, F_GETFL) & O_ACCMODE);
	show("unlinkat", unlinkat(d, "uk-at", 0));
	return 0;
}
