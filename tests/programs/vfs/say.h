/* Each call's result, or the name of its error, on a line. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SAY(call) say(__LINE__, #call, (call))

static long say(int line, const char *what, long r)
{
	int e = errno;

	if (r == -1)
		printf("%d %s: %s\n", line, what, strerrorname_np(e) ? strerrorname_np(e) : "?");
	else
		printf("%d %s: %ld\n", line, what, r);
	return r;
}

/* A folder of its own in /dev/shm, and the working directory. */
static char own[] = "/dev/shm/vfs-XXXXXX";

static void enter(void)
{
	if (!mkdtemp(own) || chdir(own)) {
		perror(own);
		exit(1);
	}
	umask(022);
}

static int make(const char *name, const char *text)
{
	int fd = open(name, O_CREAT | O_RDWR | O_TRUNC, 0644);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		perror(name);
	return fd;
}
