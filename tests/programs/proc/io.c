/* /proc/self/io: what calls read and wrote. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static int io;
static long last[4], shown;	/* read, written, calls that read, calls that wrote; length of the text */

static void look(const char *what)
{
	char text[1024];
	long now[4], n = pread(io, text, sizeof text - 1, 0);

	text[n] = 0;
	if (sscanf(text, "rchar: %ld\nwchar: %ld\nsyscr: %ld\nsyscw: %ld\nread_bytes: %*u\nwrite_bytes: %*u\ncancelled_write_bytes: %*u\n",
		   now, now + 1, now + 2, now + 3) != 4)
		printf("bad text: %s\n", text);
	if (what)	/* less the last look itself */
		printf("%s: %ld %ld bytes, %ld %ld calls\n", what, now[0] - last[0] - shown, now[1] - last[1], now[2] - last[2] - 1, now[3] - last[3]);
	fflush(stdout);
	memcpy(last, now, sizeof now);
	shown = n;
	n = pread(io, text, sizeof text - 1, 0);	/* behind the printf */
	text[n] = 0;
	sscanf(text, "rchar: %ld\nwchar: %ld\nsyscr: %ld\nsyscw: %ld", last, last + 1, last + 2, last + 3);
	shown = n;
}

/* Each thread has its own; the process has all. */
static void *thread(void *unused)
{
	int own = open("/proc/thread-self/io", O_RDONLY), null = open("/dev/null", O_WRONLY);
	char text[1024], again[1024];

	for (int i = 0; i < 3; i++)
		write(null, text, 100);
	text[pread(own, text, sizeof text - 1, 0)] = 0;
	*strstr(text, "read_bytes") = 0;
	again[pread(own, again, sizeof again - 1, 0)] = 0;
	printf("a thread:\n%sthen one more call %d\n", text, strstr(again, "syscr: 1\n") != NULL);
	return unused;
}

int main(void)
{
	pthread_t t;
	int zero = open("/dev/zero", O_RDONLY), null = open("/dev/null", O_WRONLY);
	char buf[100];
	struct iovec v[2] = { { buf, 5 }, { buf + 5, 6 } };

	io = open("/proc/self/io", O_RDONLY);
	look(NULL);
	read(zero, buf, 70);
	look("read");
	pread(zero, buf, 10, 0);
	look("pread");
	readv(zero, v, 2);
	look("readv");
	preadv(zero, v, 2, 0);
	look("preadv");
	write(null, buf, 33);
	look("write");
	pwrite(null, buf, 7, 0);
	look("pwrite");
	writev(null, v, 2);
	look("writev");
	pwritev(null, v, 2, 0);
	look("pwritev");
	read(null, buf, 1);
	look("read of what is only written");
	write(zero, buf, 1);
	look("write to what is only read");
	read(99, buf, 1);
	look("read of nothing");
	pthread_create(&t, NULL, thread, NULL);
	pthread_join(t, NULL);
	return 0;
}
