/* What a folder says to who works in it when it is taken away from under them, as Linux's file systems do. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DO(what) do { \
	errno = 0; \
	int result = (what) < 0 ? -1 : 0; \
	printf("%s: %d %s\n", #what, result, strerror(errno)); \
} while (0)

int main(int argc, char **argv)
{
	struct stat st;
	char buf[100];

	if (chdir(argv[1]) || mkdir("sub", 0700))
		return 1;
	int file = open("file", O_RDWR | O_CREAT, 0600), folder = open("sub", O_RDONLY | O_DIRECTORY);
	if (write(file, "before", 6) != 6)
		return 1;
	puts("ready");
	fflush(stdout);
	if (!fgets(buf, sizeof(buf), stdin))
		return 1;
	DO(open("new", O_WRONLY | O_CREAT, 0600));
	DO(open("file", O_RDONLY));
	DO(mkdir("new", 0700));
	DO(symlink("to", "new"));
	DO(rename("file", "new"));
	DO(unlink("file"));
	DO(stat("file", &st));
	DO(stat("sub", &st));
	DO(openat(folder, "new", O_WRONLY | O_CREAT, 0600));
	DO(mkdirat(folder, "new", 0700));
	DO(fstat(file, &st));
	printf("%lld bytes, %d names\n", (long long)st.st_size, (int)st.st_nlink);
	DO(pwrite(file, "after.", 6, 0));
	DO(pread(file, buf, 6, 0));
	printf("%.6s\n", buf);
	DO(fsync(file));
	DO(ftruncate(file, 3));
	DO(close(file));
	DIR *d = opendir(".");
	int entries = 0;
	for (struct dirent *e; d && (e = readdir(d));)
		entries += strcmp(e->d_name, ".") && strcmp(e->d_name, "..");
	printf("%d entries\n", entries);
	DO(chdir("/"));
	DO(stat("/", &st));
	return 0;
}
