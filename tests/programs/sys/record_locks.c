/* fcntl()'s record locks: those of open files stand in each other's and the process's way. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "alone.h"

static int lock(int fd, int cmd, int type, int whence, off_t start, off_t len)
{
	struct flock l = { .l_type = type, .l_whence = whence, .l_start = start, .l_len = len };

	return fcntl(fd, cmd, &l);
}

static void show(const char *what, long r)
{
	printf("%s: %ld %s\n", what, r, r < 0 ? strerrorname_np(errno) : "");
}

static void ask(const char *what, int fd, int cmd, int type, off_t start, off_t len)
{
	struct flock l = { .l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = len };

	int r = fcntl(fd, cmd, &l);
	printf("%s: %d %s type %d whence %d start %ld len %ld pid %s\n", what, r, r ? strerrorname_np(errno) : "", l.l_type, l.l_whence,
		(long)l.l_start, (long)l.l_len, l.l_pid == getpid() ? "own" : l.l_pid == -1 ? "-1" : l.l_pid ? "?" : "0");
}

static void *late(void *arg)
{
	usleep(10000);
	lock(*(int *)arg, F_OFD_SETLK, F_UNLCK, SEEK_SET, 0, 0);
	return NULL;
}

int main(void)
{
	run_alone();
	const char *name = "/tmp/sys-locks";
	int a = open(name, O_CREAT | O_RDWR | O_TRUNC, 0600), b = open(name, O_RDWR), r = open(name, O_RDONLY), w = open(name, O_WRONLY), d = dup(a);
	pthread_t t;

	alarm(20);
	ftruncate(a, 1000);
	show("write lock", lock(a, F_OFD_SETLK, F_WRLCK, SEEK_SET, 100, 100));
	show("in the way", lock(b, F_OFD_SETLK, F_WRLCK, SEEK_SET, 150, 10));
	show("reading too", lock(b, F_OFD_SETLK, F_RDLCK, SEEK_SET, 199, 1));
	show("beside", lock(b, F_OFD_SETLK, F_WRLCK, SEEK_SET, 200, 10));
	show("the process too", lock(b, F_SETLK, F_WRLCK, SEEK_SET, 0, 0));
	show("the duplicate not", lock(d, F_OFD_SETLK, F_RDLCK, SEEK_SET, 140, 10));
	ask("who", b, F_OFD_GETLK, F_WRLCK, 0, 150);
	ask("own", a, F_OFD_GETLK, F_WRLCK, 100, 20);
	ask("nobody", b, F_OFD_GETLK, F_WRLCK, 0, 50);
	ask("read beside read", b, F_OFD_GETLK, F_RDLCK, 145, 2);
	show("unlock the middle", lock(a, F_OFD_SETLK, F_UNLCK, SEEK_SET, 120, 50));
	show("now free", lock(b, F_OFD_SETLK, F_WRLCK, SEEK_SET, 120, 50));
	ask("behind", r, F_OFD_GETLK, F_RDLCK, 170, 10);
	show("process", lock(b, F_SETLK, F_WRLCK, SEEK_SET, 500, 0));
	show("process again", lock(a, F_SETLK, F_WRLCK, SEEK_SET, 500, 0));
	show("open file", lock(a, F_OFD_SETLK, F_WRLCK, SEEK_SET, 600, 1));
	ask("who", a, F_OFD_GETLK, F_RDLCK, 600, 1);
	ask("the process itself", a, F_GETLK, F_RDLCK, 600, 1);
	close(d);
	show("a close frees the process's", lock(a, F_OFD_SETLK, F_WRLCK, SEEK_SET, 600, 1));
	show("from the end", lock(a, F_OFD_SETLK, F_WRLCK, SEEK_END, -10, 10));
	ask("from the end", b, F_OFD_GETLK, F_RDLCK, 990, 1);
	lseek(a, 800, SEEK_SET);
	show("backwards", lock(a, F_OFD_SETLK, F_RDLCK, SEEK_CUR, 0, -10));
	show("joined", lock(a, F_OFD_SETLK, F_RDLCK, SEEK_SET, 800, 10));
	ask("joined", b, F_OFD_GETLK, F_WRLCK, 795, 1);
	show("shared", lock(r, F_OFD_SETLK, F_RDLCK, SEEK_SET, 790, 5));
	show("read only", lock(r, F_OFD_SETLK, F_WRLCK, SEEK_SET, 0, 1));
	show("write only", lock(w, F_OFD_SETLK, F_RDLCK, SEEK_SET, 0, 1));
	show("negative", lock(a, F_OFD_SETLK, F_RDLCK, SEEK_SET, -1, 1));
	show("too far back", lock(a, F_OFD_SETLK, F_RDLCK, SEEK_SET, 5, -6));
	show("overflow", lock(a, F_OFD_SETLK, F_RDLCK, SEEK_SET, 0x7ffffffffffffffe, 5));
	show("type", lock(a, F_OFD_SETLK, 5, SEEK_SET, 0, 1));
	show("whence", lock(a, F_OFD_SETLK, F_RDLCK, 7, 0, 1));
	show("ask for nothing", lock(a, F_GETLK, F_UNLCK, SEEK_SET, 0, 1));
	struct flock l = { .l_type = F_RDLCK, .l_len = 1, .l_pid = 5 };
	show("pid", fcntl(a, F_OFD_SETLK, &l));
	show("bad pointer", fcntl(a, F_OFD_SETLK, (void *)8));
	close(r);
	lock(b, F_OFD_SETLK, F_UNLCK, SEEK_SET, 0, 0);
	pthread_create(&t, NULL, late, &a);
	show("waits", lock(b, F_OFD_SETLKW, F_WRLCK, SEEK_SET, 0, 0));
	pthread_join(t, NULL);
	show("all", lock(a, F_OFD_SETLK, F_RDLCK, SEEK_SET, 5, 1));
	close(b);
	show("last close", lock(a, F_OFD_SETLK, F_WRLCK, SEEK_SET, 0, 0));
	unlink(name);
	return 0;
}
