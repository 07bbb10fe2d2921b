/* serve PORT N [SLOW [two|one [DESCRIPTORS]]]: an echo server for N connections, as epoll programs are written, and for datagrams. SLOW: reads that
 * many bytes at a time, with a pause. "two": with a socket for each family. DESCRIPTORS: their limit. */
#include "show.h"
#include <sys/resource.h>
#include <time.h>

#define ROOM	65536

struct client {
	int fd;
	size_t start, len;	/* of bytes that were read and not written */
	char *buf;
};

static int ended, broken, slow;

static int step(struct client *c)
{
	for (;;) {
		while (c->len) {
			ssize_t n = write(c->fd, c->buf + c->start, c->len);
			if (n < 0)
				return errno == EAGAIN ? 0 : -1;
			c->start += n;
			c->len -= n;
		}
		if (slow)
			nanosleep(&(struct timespec){ 0, 100000 }, NULL);
		ssize_t n = read(c->fd, c->buf, slow ? slow : ROOM);
		if (n < 0)
			return errno == EAGAIN ? 0 : -1;
		if (!n)
			return 1;
		c->start = 0;
		c->len = n;
	}
}

int main(int argc, char **argv)
{
	int l = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0), u = socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK, 0), e = epoll_create1(0);
	int port = atoi(argv[1]), want = atoi(argv[2]);
	struct epoll_event ev = { .events = EPOLLIN, .data.u64 = l }, got[64];
	struct client datagrams;

	int two = argc > 4 && !strcmp(argv[4], "two");
	if (argc > 5 && setrlimit(RLIMIT_NOFILE, &(struct rlimit){ atoi(argv[5]), atoi(argv[5]) }))
		say("setrlimit", -1);
	slow = argc > 3 ? atoi(argv[3]) : 0;
	signal(SIGPIPE, SIG_IGN);
	option(l, SOL_SOCKET, SO_REUSEADDR, 1);
	option(u, SOL_SOCKET, SO_REUSEADDR, 1);
	option(u, SOL_SOCKET, SO_PRIORITY, 3);
	option(l, IPPROTO_IPV6, IPV6_V6ONLY, two);
	if (bind_to(l, "::", port) || listen(l, 4096)) {
		say("bind", -1);
		return 1;
	}
	if (two) {
		int l4 = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		if (bind_to(l4, "0.0.0.0", port) || listen(l4, 4096)) {
			say("bind IPv4", -1);
			return 1;
		}
		epoll_ctl(e, EPOLL_CTL_ADD, l4, &(struct epoll_event){ .events = EPOLLIN, .data.u64 = l4 });
	}
	if (bind_to(u, "::", port)) {
		say("bind UDP", -1);
		return 1;
	}
	epoll_ctl(e, EPOLL_CTL_ADD, l, &ev);
	ev.data.ptr = &datagrams;
	epoll_ctl(e, EPOLL_CTL_ADD, u, &ev);
	while (ended + broken < want) {
		int n = epoll_wait(e, got, 64, -1);
		for (int i = 0; i < n; i++) {
			struct client *c = got[i].data.ptr;
			if (c == &datagrams) {
				static char buf[65536];
				union any a;
				socklen_t len = sizeof(a);
				ssize_t r = recvfrom(u, buf, sizeof(buf), 0, &a.sa, &len);
				if (r >= 0)
					sendto(u, buf, r, 0, &a.sa, len);
				continue;
			}
			if (got[i].data.u64 < 16) {
				int fd = accept4(got[i].data.fd, NULL, NULL, SOCK_NONBLOCK);
				if (fd < 0)
					continue;
				c = calloc(1, sizeof(*c));
				*c = (struct client){ .fd = fd, .buf = malloc(ROOM) };
				struct epoll_event in = { .events = EPOLLIN | EPOLLOUT | EPOLLET | EPOLLRDHUP, .data.ptr = c };
				epoll_ctl(e, EPOLL_CTL_ADD, fd, &in);
				continue;
			}
			int r = step(c);
			if (!r)
				continue;
			ended += r > 0;
			broken += r < 0;
			close(c->fd);
			free(c->buf);
			free(c);
		}
	}
	printf("%d ended, %d broken\n", ended, broken);
	return 0;
}
