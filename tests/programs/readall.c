/* Reads every file of /proc and /sys, up to a size. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static int files;

static void read_file(const char *path)
{
	char buf[65536];
	int fd = open(path, O_RDONLY | O_NONBLOCK);

	for (long n, all = 0; all < 1 << 20 && (n = read(fd, buf, sizeof buf)) > 0; all += n)
		;
	files += fd >= 0;
	close(fd);
}

static void walk(const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *e;
	struct stat st;
	char path[4096];

	while (d && (e = readdir(d))) {
		snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
		if (e->d_name[0] == '.' || lstat(path, &st))
			continue;
		if (S_ISDIR(st.st_mode))
			walk(path);
		else if (S_ISREG(st.st_mode))
			read_file(path);
	}
	if (d)
		closedir(d);
}

int main(void)
{
	walk("/proc");
	walk("/sys");
	if (files > 100)
		puts("all read");
	return 0;
}
