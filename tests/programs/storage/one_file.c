/* one_file FILE: works with a file that is mounted by itself, while somebody outside puts another one in its place. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void result(const char *what, long r)
{
	printf("%s: %ld %s\n", what, r, r < 0 ? strerror(errno) : "");
}
#define T(call) result(#call, call)

static void contents(const char *name)
{
	char b[200] = "";
	struct stat st;
	int fd = open(name, O_RDONLY);
	long n = read(fd, b, sizeof(b) - 1);

	fstat(fd, &st);
	printf("%ld bytes, size %ld, mode %o, links %ld: %s\n", n, (long)st.st_size, st.st_mode, (long)st.st_nlink, b);
	close(fd);
}

int main(int argc, char **argv)
{
	const char *n = argv[1];
	char below[300], beside[300], line[10];

	setvbuf(stdout, 0, _IONBF, 0);
	snprintf(below, sizeof(below), "%s/x", n);
	snprintf(beside, sizeof(beside), "%s.new", n);
	contents(n);
	int fd = open(n, O_RDWR);
	T(fd >= 0);
	T(pwrite(fd, "two\n", 4, 4));
	T(fsync(fd));
	close(fd);
	fd = open(n, O_WRONLY | O_APPEND | O_SYNC);
	T(write(fd, "three\n", 6));
	T(read(fd, line, 1));
	close(fd);
	T(open(below, O_RDONLY));
	T(mkdir(below, 0755));
	T(open(n, O_RDONLY | O_DIRECTORY));
	T(unlink(n));
	T(rmdir(n));
	T(rename(n, beside));
	T(link(n, beside));
	close(open(beside, O_CREAT | O_WRONLY, 0644));
	T(rename(beside, n));	/* as an editor writes a file: it has to write to this one instead */
	unlink(beside);
	T(chmod(n, 0600));
	T(truncate(n, 9));
	contents(n);
	fd = open(n, O_RDWR | O_TRUNC);
	T(write(fd, "all anew\n", 9));
	char *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	memcpy(p, "map", 3);
	T(msync(p, 4096, MS_SYNC));
	munmap(p, 4096);
	contents(n);
	printf("ready\n");
	T(read(0, line, 1));
	T(write(fd, "written later\n", 14));
	close(fd);
	contents(n);
	fd = open(n, O_WRONLY | O_APPEND);
	T(write(fd, "and more\n", 9));
	close(fd);
	contents(n);
	return 0;
}
