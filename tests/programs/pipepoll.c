/* Pipes, poll, select, non-blocking descriptors, closed ends. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

static void *writer(void *arg)
{
	int fd = *(int *)arg;
	char block[1000];

	memset(block, 'w', sizeof block);
	usleep(10000);
	for (int i = 0; i < 500; i++)
		for (size_t done = 0; done < sizeof block;)
			done += write(fd, block + done, sizeof block - done);
	close(fd);
	return NULL;
}

int main(void)
{
	int p[2], n, big = 0;
	char buf[4096];
	pthread_t t;

	pipe(p);
	struct pollfd pfd[2] = { { p[0], POLLIN, 0 }, { p[1], POLLOUT, 0 } };
	printf("poll %d", poll(pfd, 2, 0));
	printf(" %d %d\n", pfd[0].revents, pfd[1].revents == POLLOUT);
	write(p[1], "data", 4);
	printf("poll %d", poll(pfd, 1, -1));
	printf(" %d\n", pfd[0].revents == POLLIN);
	printf("read %zd\n", read(p[0], buf, sizeof buf));
	printf("timeout %d\n", poll(pfd, 1, 10));

	pthread_create(&t, NULL, writer, &p[1]);
	while ((n = read(p[0], buf, sizeof buf)) > 0)
		big += n;
	pthread_join(t, NULL);
	printf("through the pipe %d, end %d\n", big, n);
	printf("poll %d", poll(pfd, 1, -1));
	printf(" hang-up %d\n", (pfd[0].revents & POLLHUP) != 0);
	close(p[0]);

	pipe2(p, O_NONBLOCK | O_CLOEXEC);
	printf("empty %zd", read(p[0], buf, 1));
	printf(" %s\n", strerror(errno));
	while (write(p[1], buf, sizeof buf) > 0)
		big++;
	printf("full %s\n", strerror(errno));
	close(p[0]);
	signal(SIGPIPE, SIG_IGN);
	printf("no reader %zd", write(p[1], "x", 1));
	printf(" %s\n", strerror(errno));
	close(p[1]);

	pipe(p);
	fd_set r, w;
	FD_ZERO(&r);
	FD_ZERO(&w);
	FD_SET(p[0], &r);
	FD_SET(p[1], &w);
	struct timeval tv = { 1, 0 };
	printf("select %d", select(p[1] + 1, &r, &w, NULL, &tv));
	printf(" %d %d\n", FD_ISSET(p[0], &r) != 0, FD_ISSET(p[1], &w) != 0);
	FD_ZERO(&r);
	FD_SET(p[0], &r);
	tv = (struct timeval){ 0, 10000 };
	printf("select timeout %d\n", select(p[0] + 1, &r, NULL, NULL, &tv));
	pfd[0].fd = 999;
	pfd[0].events = POLLIN;
	printf("bad descriptor %d", poll(pfd, 1, 0));
	printf(" %d\n", pfd[0].revents == POLLNVAL);

	int s[2];
	printf("socketpair %d\n", socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	write(s[0], "ping", 4);
	write(s[1], "pong!", 5);
	printf("%zd", read(s[1], buf, 100));
	printf(" %zd\n", recv(s[0], buf, 100, 0));
	shutdown(s[0], SHUT_WR);
	printf("shut down %zd\n", read(s[1], buf, 100));
	return 0;
}
