/* Where sockets of AF_INET are seldom used: a socket that is connected to itself, a listener that goes while others wait
 * for it, options. As root, over lo. */
#include "show.h"
#define SAY(call) say(#call, (long)(call))

static int number(int s, int level, int name)
{
	int v = -1;
	socklen_t n = sizeof(v);

	return getsockopt(s, level, name, &v, &n) ? -errno : v;
}

static int set(int s, int level, int name, int v)
{
	return setsockopt(s, level, name, &v, sizeof(v));
}

static int state(int s)
{
	struct tcp_info t = { 0 };
	socklen_t n = sizeof(t);

	return getsockopt(s, IPPROTO_TCP, TCP_INFO, &t, &n) ? -errno : t.tcpi_state;
}

/* A socket with a port, and its address. */
static int with_port(union any *a)
{
	int s = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t n = address(a, "127.0.0.1", 0);

	bind(s, &a->sa, n);
	getsockname(s, &a->sa, &n);
	return s;
}

static void to_itself(void)
{
	union any a, b;
	socklen_t n = sizeof(b);
	char buf[10] = "";
	int s = with_port(&a);

	SAY(connect(s, &a.sa, sizeof(a.in)));
	SAY(send(s, "abc", 3, 0));
	SAY(recv(s, buf, 10, 0));
	SAY(getpeername(s, &b.sa, &n));
	printf("%s, peer %d, clamp %d\n", buf, !memcmp(&a.in, &b.in, sizeof(a.in)), number(s, IPPROTO_TCP, TCP_WINDOW_CLAMP));
	SAY(set(s, IPPROTO_TCP, TCP_WINDOW_CLAMP, 0));
	SAY(connect(s, &a.sa, sizeof(a.in)));
	SAY(shutdown(s, SHUT_WR));
	SAY(recv(s, buf, 10, 0));
	SAY(send(s, "x", 1, MSG_NOSIGNAL));
	printf("state %d\n", state(s));
	SAY(close(s));
	s = with_port(&a);
	SAY(connect(s, &a.sa, sizeof(a.in)));
	SAY(shutdown(s, SHUT_RD));
	SAY(send(s, "abc", 3, 0));
	SAY(recv(s, buf, 10, MSG_DONTWAIT));
	close(s);
}

/* One is accepted by the kernel, the others wait. */
static void listener_goes(int how)
{
	union any a;
	int s = with_port(&a), c[3];

	listen(s, 0);
	for (int i = 0; i < 3; i++) {
		c[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		SAY(connect(c[i], &a.sa, sizeof(a.in)));
	}
	poll(NULL, 0, 50);
	if (how)
		shutdown(s, SHUT_RD);
	else
		close(s);
	for (int i = 0; i < 3; i++) {
		struct pollfd p = { c[i], POLLIN };
		poll(&p, 1, 20000);
		printf("%x, %d\n", p.revents, number(c[i], SOL_SOCKET, SO_ERROR));
		close(c[i]);
	}
	if (how)
		close(s);
}

static void options(void)
{
	static const int clamps[] = { 0, 1, -5, 5000, 1 << 30 }, rooms[] = { 100, 1000000000, -1, 300000 };
	static const char *const names[] = { "reno", "cubic", "nothing" };
	int s = socket(AF_INET, SOCK_STREAM, 0), pair[2];
	char name[16] = "";

	for (int i = 0; i < 5; i++) {
		SAY(set(s, IPPROTO_TCP, TCP_WINDOW_CLAMP, clamps[i]));
		printf("clamp %d\n", number(s, IPPROTO_TCP, TCP_WINDOW_CLAMP));
	}
	for (int i = 0; i < 4; i++) {
		SAY(set(s, SOL_SOCKET, SO_RCVBUFFORCE, rooms[i]));
		SAY(set(s, SOL_SOCKET, SO_SNDBUFFORCE, rooms[i]));
		printf("room %d %d\n", number(s, SOL_SOCKET, SO_RCVBUF), number(s, SOL_SOCKET, SO_SNDBUF));
	}
	for (int i = 0; i < 4; i++) {
		int v = 8 + 4 * i;
		SAY(setsockopt(s, IPPROTO_IP, IP_TOS, &v, i));
		printf("tos %d\n", number(s, IPPROTO_IP, IP_TOS));
	}
	for (int i = 0; i < 3; i++) {
		socklen_t n = sizeof(name);
		SAY(setsockopt(s, IPPROTO_TCP, TCP_CONGESTION, names[i], strlen(names[i])));
		memset(name, 'x', sizeof(name));
		getsockopt(s, IPPROTO_TCP, TCP_CONGESTION, name, &n);
		printf("%s, then %d %d\n", name, name[strlen(name) + 1], name[15]);
	}
	close(s);
	SAY(socketpair(AF_INET, 0, 0, pair));
	SAY(socketpair(AF_INET, SOCK_STREAM, 0, pair));
	SAY(socketpair(AF_INET6, SOCK_DGRAM, IPPROTO_TCP, pair));
	SAY(socketpair(AF_INET, SOCK_DGRAM, 0, pair));
	SAY(socketpair(99, SOCK_DGRAM, 0, pair));
	s = socket(AF_INET, SOCK_STREAM, 0);
	printf("state %d\n", state(s));
	bind(s, &(struct sockaddr){ AF_INET }, sizeof(struct sockaddr_in));	/* an address that is outside as well */
	printf("state %d\n", state(s));
	listen(s, 1);
	printf("state %d\n", state(s));
}

int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	to_itself();
	listener_goes(0);
	listener_goes(1);
	options();
	return 0;
}
