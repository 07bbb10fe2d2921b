/* SO_RCVLOWAT: reading waits for so many bytes. SO_NO_CHECK is remembered. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

static int s[2];

static int option(int fd, int which)
{
	int n = -1;
	socklen_t len = sizeof(n);

	return getsockopt(fd, SOL_SOCKET, which, &n, &len) ? -1 : n;
}

static int set(int fd, int which, int n)
{
	return setsockopt(fd, SOL_SOCKET, which, &n, sizeof(n));
}

static void change(int which, int n)
{
	int r = set(s[0], which, n);

	printf("%d: %d %d\n", which, r, option(s[0], which));
}

static void *later(void *arg)
{
	usleep(30000);
	write(s[1], "45678", 5);
	return NULL;
}

int main(void)
{
	char buf[64];
	pthread_t t;

	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	printf("%d %d\n", option(s[0], SO_RCVLOWAT), option(s[0], SO_NO_CHECK));
	change(SO_RCVLOWAT, 0);
	change(SO_RCVLOWAT, -1);
	change(SO_RCVLOWAT, 6);
	change(SO_NO_CHECK, 5);
	write(s[1], "123", 3);
	pthread_create(&t, NULL, later, NULL);
	struct pollfd p = { s[0], POLLIN };
	printf("poll %d\n", poll(&p, 1, 0));
	printf("read %zd\n", read(s[0], buf, sizeof(buf)));
	pthread_join(t, NULL);
	write(s[1], "123", 3);
	printf("less asked %zd\n", read(s[0], buf, 2));
	printf("not waiting %zd\n", recv(s[0], buf, sizeof(buf), MSG_DONTWAIT));
	printf("nothing %zd %d\n", recv(s[0], buf, sizeof(buf), MSG_DONTWAIT), errno == EAGAIN);
	write(s[1], "123", 3);
	close(s[1]);
	printf("end %zd\n", read(s[0], buf, sizeof(buf)));
	return 0;
}
