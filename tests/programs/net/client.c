/* client IP TCP UDP CLOSED: what a program sees that uses others' servers, which echo. On the host and in the guest it must
 * be the same, but for the addresses. */
#include "show.h"

static const char *ip;
static int family;

static void where(const char *what, int fd, int peer_port)
{
	union any a;
	socklen_t len = sizeof(a);

	printf("%s: has an address %d, ", what, !getsockname(fd, &a.sa, &len) && a.in.sin_port != 0);
	len = sizeof(a);
	if (getpeername(fd, &a.sa, &len))
		say("peer", -1);
	else
		printf("peer's port %s, %u bytes\n", ntohs(a.in.sin_port) == peer_port ? "right" : "wrong", len);
}

static void tcp(int port, int closed)
{
	int s = socket(family, SOCK_STREAM, 0);
	char b[256];
	struct pollfd p;

	say("connect", connect_to(s, ip, port));
	where("client", s, port);
	ready("client", s);
	say("send", send(s, "hello", 5, 0));
	say("recv", recv(s, b, 5, MSG_WAITALL));
	printf("%.5s\n", b);
	say("recv now", recv(s, b, 5, MSG_DONTWAIT));
	say("connect again", connect_to(s, ip, port));
	say("bind", bind_to(s, family == AF_INET ? "0.0.0.0" : "::", 0));
	say("shutdown", shutdown(s, SHUT_WR));
	say("recv", recv(s, b, 5, 0));
	ready("ended", s);
	say("send", send(s, "x", 1, MSG_NOSIGNAL));
	close(s);

	s = socket(family, SOCK_STREAM, 0);
	say("refused", connect_to(s, ip, closed));
	say("error", error_of(s));
	say("then another", connect_to(s, ip, port));
	send(s, "again", 5, 0);
	say("recv", recv(s, b, 5, MSG_WAITALL));
	setsockopt(s, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 0 }, sizeof(struct linger));
	close(s);

	s = socket(family, SOCK_STREAM, 0);
	connect_to(s, ip, port);
	setsockopt(s, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 5 }, sizeof(struct linger));
	say("send", send(s, "last words", 10, 0));
	say("lingering close", close(s));

	s = socket(family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	say("without waiting", connect_to(s, ip, port));
	p = (struct pollfd){ s, POLLOUT, 0 };
	say("poll", poll(&p, 1, 10000));
	printf("writable %d\n", p.revents == POLLOUT);
	say("error", error_of(s));
	say("connect again", connect_to(s, ip, port));
	say("connect again", connect_to(s, ip, port));
	option(s, IPPROTO_TCP, TCP_NODELAY, 1);
	option(s, SOL_SOCKET, SO_KEEPALIVE, 1);
	struct tcp_info info;
	socklen_t len = sizeof(info);
	say("info", getsockopt(s, IPPROTO_TCP, TCP_INFO, &info, &len));
	printf("state %d, some segments %d\n", info.tcpi_state, info.tcpi_snd_mss > 0);
	close(s);
	s = socket(family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	say("refused without waiting", connect_to(s, ip, closed));
	p = (struct pollfd){ s, POLLOUT, 0 };
	say("poll", poll(&p, 1, 10000));
	ready("refused", s);
	say("error", error_of(s));
	say("connect again", connect_to(s, ip, closed));
	close(s);
}

static void udp(int port, int closed)
{
	int s = socket(family, SOCK_DGRAM, 0);
	union any a;
	socklen_t len = address(&a, ip, port);
	static char big[60000];
	char b[100];
	struct pollfd p;

	say("sendto", sendto(s, "ping", 4, 0, &a.sa, len));
	len = sizeof(a);
	say("recvfrom", recvfrom(s, b, sizeof(b), 0, &a.sa, &len));
	printf("%.4s, port %s, %u bytes\n", b, ntohs(a.in.sin_port) == port ? "right" : "wrong", len);
	say("sendto", sendto(s, "", 0, 0, &a.sa, len));
	say("recv nothing", recv(s, b, sizeof(b), 0));
	say("connect", connect_to(s, ip, port));
	where("connected", s, port);
	say("send", send(s, "to the peer", 11, 0));
	say("recv", recv(s, b, sizeof(b), 0));
	memset(big, 'z', sizeof(big));
	say("send much", send(s, big, sizeof(big), 0));
	memset(big, 0, sizeof(big));
	say("recv much", recv(s, big, sizeof(big), 0));
	printf("whole %d\n", big[0] == 'z' && big[sizeof(big) - 1] == 'z');
	say("send", send(s, "cut short", 9, 0));
	say("recv a part", recv(s, b, 3, MSG_TRUNC));
	say("connect to nobody", connect_to(s, ip, closed));
	say("send", send(s, "x", 1, 0));
	p = (struct pollfd){ s, POLLIN, 0 };
	poll(&p, 1, 10000);
	say("recv", recv(s, b, 1, MSG_DONTWAIT));
	say("disconnect", connect(s, &(struct sockaddr){ .sa_family = AF_UNSPEC }, sizeof(struct sockaddr)));
	say("send", send(s, "x", 1, 0));
	len = address(&a, ip, port);
	say("sendto", sendto(s, "back", 4, 0, &a.sa, len));
	say("recv", recv(s, b, sizeof(b), 0));
	close(s);
}

static void much(int port)
{
	int s = socket(family, SOCK_STREAM, 0);
	static char out[100000], in[100000];
	long got = 0, sent = 0, wrong = 0;

	connect_to(s, ip, port);
	nonblock(s, 1);
	while (got < 20000000) {
		struct pollfd p = { s, POLLIN | (sent < 20000000 ? POLLOUT : 0), 0 };
		if (poll(&p, 1, 20000) < 1)
			break;
		if (p.revents & POLLOUT && sent < 20000000) {
			long k = 20000000 - sent < (long)sizeof(out) ? 20000000 - sent : (long)sizeof(out);
			for (long i = 0; i < k; i++)
				out[i] = (sent + i) * 7 >> 8;
			long n = write(s, out, k);
			sent += n > 0 ? n : 0;
		}
		if (p.revents & POLLIN) {
			long n = read(s, in, sizeof(in));
			if (n <= 0)
				break;
			for (long i = 0; i < n; i++)
				wrong += in[i] != (char)((got + i) * 7 >> 8);
			got += n;
		}
	}
	printf("sent %ld, got %ld, wrong %ld\n", sent, got, wrong);
	close(s);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	ip = argv[1];
	family = strchr(ip, ':') ? AF_INET6 : AF_INET;
	tcp(atoi(argv[2]), atoi(argv[4]));
	udp(atoi(argv[3]), atoi(argv[4]));
	much(atoi(argv[2]));
	return 0;
}
