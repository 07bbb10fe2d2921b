// SO_PEERPIDFD: a descriptor of the process on the other side of a Unix socket. Here both sides are this process.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

static void ask(const char *what, int s, socklen_t len)
{
	char path[64], text[64];
	int fd = -1, r = getsockopt(s, SOL_SOCKET, SO_PEERPIDFD, &fd, &len);

	if (r) {
		printf("%s: %s\n", what, strerror(errno));
		return;
	}
	sprintf(path, "/proc/self/fd/%d", fd);
	long n = readlink(path, text, sizeof(text) - 1);
	text[n < 0 ? 0 : n] = 0;
	printf("%s: %d bytes, %s, flags %x, ", what, (int)len, text, fcntl(fd, F_GETFD));
	printf("signal 0: %ld, ended %d\n", syscall(SYS_pidfd_send_signal, fd, 0, NULL, 0), poll(&(struct pollfd){ fd, POLLIN }, 1, 0));
	close(fd);
}

int main(void)
{
	struct sockaddr_un a = { AF_UNIX, "\0peer_pidfd" };
	int pair[2], server = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
	socklen_t len = sizeof(int);

	printf("of its own %d\n", (int)syscall(SYS_pidfd_open, getpid(), 0) >= 0);
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	ask("pair", pair[0], sizeof(int));
	ask("larger", pair[1], 64);
	ask("not connected", client, sizeof(int));
	bind(server, (struct sockaddr *)&a, 13);
	listen(server, 1);
	connect(client, (struct sockaddr *)&a, 13);
	ask("connected", client, sizeof(int));
	ask("accepted", accept(server, NULL, NULL), sizeof(int));
	ask("listening", server, sizeof(int));
	int before = dup(0);
	close(before);
	int r = getsockopt(pair[0], SOL_SOCKET, SO_PEERPIDFD, (void *)8, &len);
	printf("bad address %d %s, ", r, strerror(errno));
	r = setsockopt(pair[0], SOL_SOCKET, SO_PEERPIDFD, &len, sizeof(len));
	printf("set %d %s\n", r, strerror(errno));
	int after = dup(0);
	printf("no descriptor lost %d\n", before == after);
	return 0;
}
