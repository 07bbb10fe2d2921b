/* Record locks of the process and of open files. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int a, b, ro;

static void lock(const char *what, int fd, int cmd, int type, int whence, long start, long len)
{
	struct flock l = { .l_type = type, .l_whence = whence, .l_start = start, .l_len = len };
	int r = fcntl(fd, cmd, &l);

	printf("%s %s %ld+%ld: %s", what, type == F_RDLCK ? "read" : type == F_WRLCK ? "write" : "unlock", start, len, r ? strerror(errno) : "ok");
	if (!r && (cmd == F_GETLK || cmd == F_OFD_GETLK)) {
		printf(" type %d", l.l_type);
		if (l.l_type != F_UNLCK)
			printf(" whence %d %ld+%ld pid %s", l.l_whence, l.l_start, l.l_len, l.l_pid == getpid() ? "mine" : l.l_pid == -1 ? "-1" : "?");
	}
	puts("");
}

static void *unlock_later(void *arg)
{
	usleep(20000);
	struct flock all = { .l_type = F_UNLCK };
	fcntl(a, F_OFD_SETLK, &all);
	return NULL;
}

int main(void)
{
	char name[64];
	pthread_t t;

	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	snprintf(name, sizeof(name), "/tmp/recordlocks.%d", getpid());
	a = open(name, O_RDWR | O_CREAT, 0600), b = open(name, O_RDWR), ro = open(name, O_RDONLY);
	ftruncate(a, 100);
	lock("a", a, F_SETLK, F_WRLCK, SEEK_SET, 0, 10);
	lock("b", b, F_SETLK, F_WRLCK, SEEK_SET, 0, 10);
	lock("b", b, F_GETLK, F_WRLCK, SEEK_SET, 0, 10);
	lock("b ofd", b, F_OFD_GETLK, F_WRLCK, SEEK_SET, 0, 0);
	lock("b ofd", b, F_OFD_SETLK, F_WRLCK, SEEK_SET, 5, 10);
	lock("b ofd", b, F_OFD_SETLK, F_WRLCK, SEEK_SET, 10, 10);
	lock("a", a, F_GETLK, F_WRLCK, SEEK_SET, 0, 0);
	lock("a", a, F_SETLK, F_RDLCK, SEEK_SET, 12, 1);
	lock("a", a, F_SETLK, F_UNLCK, SEEK_SET, 0, 0);
	lock("b ofd", b, F_OFD_SETLK, F_UNLCK, SEEK_SET, 13, 2);
	lock("a ofd", a, F_OFD_GETLK, F_RDLCK, SEEK_SET, 13, 0);
	lock("a ofd", a, F_OFD_SETLK, F_WRLCK, SEEK_SET, 13, 2);
	lock("a ofd", a, F_OFD_SETLK, F_WRLCK, SEEK_SET, 12, 3);
	lock("b ofd", b, F_OFD_SETLK, F_RDLCK, SEEK_SET, 10, 3);
	lock("ro ofd", ro, F_OFD_SETLK, F_RDLCK, SEEK_SET, 10, 3);
	lock("ro ofd", ro, F_OFD_SETLK, F_WRLCK, SEEK_SET, 50, 3);
	lock("ro ofd", ro, F_OFD_GETLK, F_WRLCK, SEEK_SET, 10, 1);
	lock("a", a, F_SETLK, F_WRLCK, SEEK_END, -10, 10);
	lock("a", a, F_SETLK, F_WRLCK, SEEK_SET, 50, -10);
	lock("a", a, F_SETLK, F_WRLCK, SEEK_SET, 5, -10);
	lock("a", a, F_SETLK, F_WRLCK, SEEK_SET, -5, 10);
	lock("a", a, F_SETLK, F_WRLCK, SEEK_END, LONG_MAX, 0);
	lock("a", a, F_SETLK, F_WRLCK, SEEK_SET, LONG_MAX, 10);
	lock("b ofd", b, F_OFD_GETLK, F_WRLCK, SEEK_SET, 35, 10);
	struct flock pid = { .l_type = F_WRLCK, .l_pid = 7 };
	printf("%d", fcntl(a, F_OFD_SETLK, &pid)), printf(" %m\n");
	int d = dup(b);
	close(b);
	lock("a ofd", a, F_OFD_SETLK, F_WRLCK, SEEK_SET, 10, 1);
	close(d);
	close(ro);
	lock("a ofd", a, F_OFD_SETLK, F_WRLCK, SEEK_SET, 0, 0);
	b = open(name, O_RDWR);
	lock("b ofd", b, F_OFD_SETLK, F_WRLCK, SEEK_SET, 0, 1);
	fflush(stdout);
	pthread_create(&t, NULL, unlock_later, NULL);
	lock("waiting", b, F_OFD_SETLKW, F_WRLCK, SEEK_SET, 0, 1);
	pthread_join(t, NULL);
	unlink(name);
	return 0;
}
