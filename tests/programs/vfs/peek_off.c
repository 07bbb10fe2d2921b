/* SO_PEEK_OFF of AF_UNIX sockets: where MSG_PEEK begins, and how it and reading move that place. */
#include "say.h"
#include <sys/socket.h>

static int s[2];

static void off(void)
{
	int n = 77;
	socklen_t len = sizeof(n);

	getsockopt(s[1], SOL_SOCKET, SO_PEEK_OFF, &n, &len);
	printf("  at %d\n", n);
}

static void set(int n)
{
	SAY(setsockopt(s[1], SOL_SOCKET, SO_PEEK_OFF, &n, sizeof(n)));
	off();
}

static void get(int n, int flags)
{
	char buf[64] = "";

	long r = recv(s[1], buf, n, flags | MSG_DONTWAIT);
	printf("recv %d %x: %ld %s %s\n", n, flags, r, r < 0 ? strerrorname_np(errno) : "", buf);
	off();
}

int main(void)
{
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET };

	for (int i = 0; i < 3; i++) {
		socketpair(AF_UNIX, types[i], 0, s);
		off();
		send(s[0], "abcdef", 6, 0);
		send(s[0], "ghij", 4, 0);
		send(s[0], "klm", 3, 0);
		get(2, MSG_PEEK);
		set(0);
		get(2, MSG_PEEK);
		get(2, MSG_PEEK);
		get(20, MSG_PEEK);
		get(2, MSG_PEEK);
		get(20, MSG_PEEK);
		get(20, MSG_PEEK);
		get(20, MSG_PEEK);
		set(7);
		get(1, MSG_PEEK);
		get(1, MSG_PEEK | MSG_TRUNC);
		get(3, 0);
		get(20, MSG_PEEK);
		set(1);
		get(3, 0);
		get(3, MSG_PEEK);
		set(-1);
		get(3, MSG_PEEK);
		get(3, MSG_PEEK);
		get(30, 0);
		get(30, 0);
		set(0);
		get(3, MSG_PEEK);
		send(s[0], "xyz", 3, 0);
		get(2, MSG_PEEK);
		send(s[0], "uvw", 3, 0);
		get(9, MSG_PEEK);
		get(9, MSG_PEEK);
		close(s[0]);
		get(9, MSG_PEEK);
		get(9, 0);
		close(s[1]);
	}
	SAY(setsockopt(0, SOL_SOCKET, SO_PEEK_OFF, s, 4));
}
