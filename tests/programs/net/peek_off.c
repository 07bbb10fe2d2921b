/* SO_PEEK_OFF of Internet sockets: where MSG_PEEK begins, and how it and reading move that place. Streams have it since
 * Linux 6.9, so what they say is compared with what that says, and a host that is older says nothing. */
#include "show.h"
#include <stdbool.h>

static int s[2];
static FILE *out;

static void off(void)
{
	int n = 77;
	socklen_t len = sizeof(n);

	getsockopt(s[1], SOL_SOCKET, SO_PEEK_OFF, &n, &len);
	fprintf(out, "  at %d\n", n);
}

static void set(int n)
{
	fprintf(out, "set: %d\n", option(s[1], SOL_SOCKET, SO_PEEK_OFF, n));
	off();
}

static void get(int n, int flags)
{
	char buf[64] = "";
	struct iovec v = { buf, n };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };

	long r = recvmsg(s[1], &m, flags | MSG_DONTWAIT);
	fprintf(out, "recv %d %x: %ld %s %s, flags %x\n", n, flags, r, r < 0 ? strerrorname_np(errno) : "", buf, r < 0 ? 0 : m.msg_flags);
	off();
}

static void datagrams(void)
{
	union any a;
	socklen_t n = address(&a, "127.0.0.1", 0);

	s[1] = socket(AF_INET, SOCK_DGRAM, 0);
	s[0] = socket(AF_INET, SOCK_DGRAM, 0);
	bind(s[1], &a.sa, n);
	getsockname(s[1], &a.sa, &n);
	connect(s[0], &a.sa, n);
}

static void look(bool stream)
{
	option(s[0], IPPROTO_TCP, TCP_NODELAY, 1);
	off();
	send(s[0], "abcdef", 6, 0);
	send(s[0], "ghij", 4, 0);
	send(s[0], "klm", 3, 0);
	usleep(20000);
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
	get(3, MSG_PEEK);
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
	usleep(20000);
	get(2, MSG_PEEK);
	send(s[0], "uvw", 3, 0);
	usleep(20000);
	get(9, MSG_PEEK);
	get(9, MSG_PEEK);
	if (!stream)
		get(1, MSG_PEEK | MSG_TRUNC);
	close(s[0]);
	usleep(20000);
	get(9, MSG_PEEK);
	get(9, 0);
	close(s[1]);
}

#define STREAM 0xac15f2feu	/* of the text */

static void streams(const char *ip)
{
	char *text;
	size_t n;
	unsigned sum = 0;

	pair(ip, &s[0], &s[1]);
	if (option(s[1], SOL_SOCKET, SO_PEEK_OFF, -1) < 0 && errno == EOPNOTSUPP)
		return;
	out = open_memstream(&text, &n);
	look(true);
	fclose(out);
	for (size_t i = 0; i < n; i++)
		sum = sum * 31 + (unsigned char)text[i];
	if (sum != STREAM)
		printf("%s: %x\n%s", ip, sum, text);
}

int main(void)
{
	streams("127.0.0.1");
	streams("::1");
	datagrams();
	out = stdout;
	look(false);
	return 0;
}
