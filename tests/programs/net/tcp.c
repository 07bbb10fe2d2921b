/* TCP over the loopback addresses: each call's result, in the order in which a program could see it. */
#include "show.h"

static void fresh(void)
{
	int s = socket(AF_INET, SOCK_STREAM, 0);
	char b[4];

	names("fresh", s);
	ready("fresh", s);
	say("fresh: recv", recv(s, b, 4, 0));
	say("fresh: send", send(s, b, 4, MSG_NOSIGNAL));
	say("fresh: shutdown", shutdown(s, SHUT_RDWR));
	say("fresh: accept", accept(s, NULL, NULL));
	say("fresh: listen", listen(s, 5));
	names("listening unbound", s);
	ready("listening", s);
	say("listening: connect", connect_to(s, "127.0.0.1", 9));
	say("listening: recv", recv(s, b, 4, 0));
	say("listening: bind", bind_to(s, "127.0.0.1", 0));
	nonblock(s, 1);
	say("listening: accept", accept(s, NULL, NULL));
	say("listening: shutdown of writing", shutdown(s, SHUT_WR));
	ready("listening", s);
	say("listening: shutdown of reading", shutdown(s, SHUT_RD));
	ready("no more listening", s);
	say("no more listening: accept", accept(s, NULL, NULL));
	close(s);
	say("family", socket(AF_INET, SOCK_SEQPACKET, 0));
	say("protocol", socket(AF_INET, SOCK_STREAM, IPPROTO_UDP));
	say("protocol", socket(AF_INET6, SOCK_DGRAM, IPPROTO_TCP));
	say("protocol", socket(AF_INET, SOCK_STREAM, 300));
	say("type", socket(AF_INET, 9, 0));
	say("type", socket(AF_INET, 12, 0));
	say("family", socket(99, SOCK_STREAM, 0));
}

static void life(const char *ip)
{
	int l = bound(ip, SOCK_STREAM), c, s;
	union any a;
	socklen_t len = sizeof(a);
	char b[100];

	printf("-- %s\n", ip);
	know(l);
	say("listen", listen(l, 3));
	c = socket(strchr(ip, ':') ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
	say("connect", connect_to(c, ip, port_of(l)));
	names("client", c);
	ready("client", c);
	ready("listener", l);
	s = accept(l, &a.sa, &len);
	show("accepted", &a, len);
	names("server", s);
	names("listener", l);
	ready("server", s);
	say("connect again", connect_to(c, ip, port_of(l)));
	say("listen on client", listen(c, 1));
	say("send", send(c, "hello", 5, 0));
	ready("server with bytes", s);
	int n;
	ioctl(s, FIONREAD, &n);
	printf("waiting: %d\n", n);
	say("peek", recv(s, b, 3, MSG_PEEK));
	say("recv", recv(s, b, sizeof(b), 0));
	printf("%.5s\n", b);
	say("recv none", recv(s, b, sizeof(b), MSG_DONTWAIT));
	say("send with a name", sendto(c, "x", 1, 0, &a.sa, len));
	say("oob recv", recv(s, b, 1, MSG_OOB));
	recv(s, b, 1, MSG_DONTWAIT);
	say("send nothing", send(c, "", 0, 0));
	say("truncating send", send(c, "abcdefgh", 8, 0));
	say("trunc", recv(s, NULL, 5, MSG_TRUNC));
	say("rest", recv(s, b, 10, 0));
	say("shutdown of writing", shutdown(c, SHUT_WR));
	ready("half closed client", c);
	ready("half closed server", s);
	say("send", send(c, "x", 1, MSG_NOSIGNAL));
	say("recv", recv(s, b, 10, 0));
	say("send back", send(s, "back", 4, 0));
	say("recv back", recv(c, b, 10, 0));
	names("half closed client", c);
	say("close of the other half", shutdown(s, SHUT_WR));
	ready("closed client", c);
	ready("closed server", s);
	names("closed client", c);
	names("closed server", s);
	say("recv", recv(c, b, 10, 0));
	say("send", send(c, b, 10, MSG_NOSIGNAL));
	say("shutdown again", shutdown(c, SHUT_RDWR));
	say("connect again", connect_to(c, ip, port_of(l)));
	close(c);
	close(s);
	close(l);
}

static void endings(void)
{
	int c, s;
	char b[10];

	printf("-- close of the reader\n");
	pair("127.0.0.1", &c, &s);
	close(s);
	ready("client", c);
	say("send", send(c, "x", 1, MSG_NOSIGNAL));
	ready("client", c);
	say("send", send(c, "x", 1, MSG_NOSIGNAL));
	say("recv", recv(c, b, 10, 0));
	say("error", error_of(c));
	names("client", c);
	close(c);
	printf("-- close with bytes unread\n");
	pair("127.0.0.1", &c, &s);
	send(c, "unread", 6, 0);
	send(s, "last words", 10, 0);
	close(s);
	ready("client", c);
	say("recv", recv(c, b, 4, 0));
	say("recv", recv(c, b, 10, 0));
	say("recv", recv(c, b, 10, 0));
	say("recv", recv(c, b, 10, 0));
	say("send", send(c, "x", 1, MSG_NOSIGNAL));
	say("error", error_of(c));
	close(c);
	printf("-- reset\n");
	pair("127.0.0.1", &c, &s);
	setsockopt(s, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 0 }, sizeof(struct linger));
	close(s);
	ready("client", c);
	say("error", error_of(c));
	ready("client", c);
	say("recv", recv(c, b, 4, 0));
	say("send", send(c, "x", 1, MSG_NOSIGNAL));
	close(c);
	pair("127.0.0.1", &c, &s);
	setsockopt(s, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 0 }, sizeof(struct linger));
	close(s);
	say("send after reset", send(c, "x", 1, MSG_NOSIGNAL));
	say("send after reset", send(c, "x", 1, MSG_NOSIGNAL));
	say("recv after reset", recv(c, b, 1, MSG_NOSIGNAL));
	close(c);
	printf("-- who reads no more\n");
	pair("127.0.0.1", &c, &s);
	say("shutdown of reading", shutdown(s, SHUT_RD));
	ready("server", s);
	say("recv", recv(s, b, 1, 0));
	say("send", send(c, "abc", 3, 0));
	say("recv", recv(s, b, 1, 0));
	say("shutdown of writing", shutdown(s, SHUT_WR));
	say("send", send(c, "abc", 3, MSG_NOSIGNAL));
	ready("server", s);
	ready("client", c);
	say("error of server", error_of(s));
	say("error of client", error_of(c));
	close(c);
	close(s);
	printf("-- taken back\n");
	pair("127.0.0.1", &c, &s);
	say("connect to nobody", connect(c, &(struct sockaddr){ .sa_family = AF_UNSPEC }, sizeof(struct sockaddr)));
	names("client", c);
	ready("client", c);
	say("error of client", error_of(c));
	ready("server", s);
	say("error of server", error_of(s));
	say("listen", listen(c, 1));
	close(c);
	close(s);
	printf("-- who is not accepted\n");
	int l = bound("127.0.0.1", SOCK_STREAM);
	listen(l, 5);
	c = socket(AF_INET, SOCK_STREAM, 0);
	connect_to(c, "127.0.0.1", port_of(l));
	say("send", send(c, "early", 5, 0));
	close(l);
	ready("client", c);
	say("recv", recv(c, b, 10, 0));
	close(c);
}

static void refused(void)
{
	int l = bound("127.0.0.1", SOCK_STREAM), c = socket(AF_INET, SOCK_STREAM, 0), port = port_of(l);
	char b[4];

	printf("-- refused\n");
	say("connect to who does not listen", connect_to(c, "127.0.0.1", port));
	say("error", error_of(c));
	names("client", c);
	ready("client", c);
	nonblock(c, 1);
	say("connect", connect_to(c, "127.0.0.1", port));
	ready("client", c);
	say("error", error_of(c));
	ready("client", c);
	say("connect", connect_to(c, "127.0.0.1", port));
	say("connect", connect_to(c, "127.0.0.1", port));
	say("connect", connect_to(c, "127.0.0.1", port));
	say("recv", recv(c, b, 4, 0));
	close(c);
	c = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	listen(l, 2);
	say("connect", connect_to(c, "127.0.0.1", port));
	ready("client", c);
	say("error", error_of(c));
	say("connect", connect_to(c, "127.0.0.1", port));
	say("connect", connect_to(c, "127.0.0.1", port));
	close(c);
	close(l);
	c = socket(AF_INET, SOCK_STREAM, 0);
	say("short address", connect(c, &(struct sockaddr){ .sa_family = AF_INET }, 8));
	say("other family", connect_to(c, "::1", 1));
	say("no address", connect(c, NULL, 0));
	say("broadcast", connect_to(c, "255.255.255.255", 1));
	say("group", connect_to(c, "224.0.0.1", 1));
	close(c);
	c = socket(AF_INET6, SOCK_STREAM, 0);
	say("other family", connect_to(c, "127.0.0.1", 1));
	close(c);
}

static void crowd(void)
{
	int l = bound("127.0.0.1", SOCK_STREAM), port = port_of(l), c[4], s;

	printf("-- backlog\n");
	listen(l, 1);
	for (int i = 0; i < 4; i++) {
		c[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		connect_to(c[i], "127.0.0.1", port);
	}
	ready("first", c[0]);
	ready("second", c[1]);
	ready("third", c[2]);
	nonblock(l, 1);
	s = accept(l, NULL, NULL);
	say("accept", s < 0 ? -1 : 0);
	close(s);
	for (int i = 0; i < 4; i++)
		close(c[i]);
	close(l);
}

static volatile int broken;
static void on_pipe(int sig) { broken++; }

static void *late_reader(void *arg)
{
	char *b = malloc(1 << 20);
	long n, all = 0;

	usleep(20000);
	while ((n = read(*(int *)arg, b, 1 << 20)) > 0)
		all += n;
	free(b);
	return (void *)all;
}

static void streams(void)
{
	int c, s, fds[2];
	pthread_t t;
	void *all;
	long total = 0;
	struct iovec v[3] = { { "one ", 4 }, { "two ", 4 }, { "three", 5 } };
	char b[32] = "", *big = calloc(1, 8 << 20);

	printf("-- much\n");
	pair("::1", &c, &s);
	pthread_create(&t, NULL, late_reader, &s);
	for (int i = 0; i < 2; i++)
		total += write(c, big, 8 << 20);
	shutdown(c, SHUT_WR);
	pthread_join(t, &all);
	printf("sent %ld, received %ld\n", total, (long)all);
	close(c);
	close(s);
	pair("127.0.0.1", &c, &s);
	nonblock(c, 1);
	for (total = 0; total < 64 << 20;) {
		long n = write(c, big, 100000);
		if (n < 0)
			break;
		total += n;
	}
	say("full", write(c, big, 100000));
	printf("more than a window: %d, less than 32 MB: %d\n", total > 1000000, total < 32 << 20);
	ready("full", c);
	signal(SIGPIPE, on_pipe);
	close(s);
	say("write after reset", write(c, b, 1));
	say("write after reset", write(c, b, 1));
	printf("signals: %d\n", broken);
	close(c);
	pair("127.0.0.1", &c, &s);
	say("writev", writev(c, v, 3));
	say("readv", readv(s, (struct iovec[]){ { b, 5 }, { b + 5, 20 } }, 2));
	printf("%s\n", b);
	FILE *f = tmpfile();
	fputs("from a file", f);
	fflush(f);
	off_t off = 0;
	say("sendfile", sendfile(c, fileno(f), &off, 100));
	say("read", read(s, b, 32));
	pipe(fds);
	write(fds[1], "through a pipe", 14);
	say("splice to", splice(fds[0], NULL, c, NULL, 100, 0));
	say("splice from", splice(s, NULL, fds[1], NULL, 100, 0));
	say("read", read(fds[0], b, 32));
	setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){ 0, 30000 }, sizeof(struct timeval));
	say("recv in time", recv(s, b, 1, 0));
	send(c, "ab", 2, 0);
	say("waitall in time", recv(s, b, 3, MSG_WAITALL));
	option(s, SOL_SOCKET, SO_RCVLOWAT, 4);
	send(c, "cde", 3, 0);
	ready("below the low water", s);
	send(c, "f", 1, 0);
	ready("at the low water", s);
	close(fds[0]);
	close(fds[1]);
	fclose(f);
	close(c);
	close(s);
	free(big);
}

static void edges(void)
{
	int c, s, e = epoll_create1(0);
	struct epoll_event ev = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET };
	char b[8];

	printf("-- edges\n");
	pair("127.0.0.1", &c, &s);
	epoll_ctl(e, EPOLL_CTL_ADD, s, &ev);
#define EDGE(what) printf("%s: %d", what, epoll_wait(e, &ev, 1, 0)), printf(" %x\n", ev.events), ev.events = 0
	EDGE("at first");
	EDGE("again");
	send(c, "a", 1, 0);
	EDGE("bytes");
	EDGE("again");
	send(c, "b", 1, 0);
	EDGE("more bytes");
	recv(s, b, 1, 0);
	EDGE("after some were read");
	recv(s, b, 8, 0);
	EDGE("after all were read");
	send(s, "x", 1, 0);
	recv(c, b, 1, 0);
	EDGE("sent and read");
	shutdown(c, SHUT_WR);
	EDGE("no more comes");
	EDGE("again");
	close(c);
	EDGE("closed");
	send(s, "x", 1, 0);
	EDGE("reset");
	EDGE("again");
	close(s);
	close(e);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	fresh();
	life("127.0.0.1");
	life("::1");
	life("127.3.2.1");
	life("::ffff:127.0.0.1");
	endings();
	refused();
	crowd();
	streams();
	edges();
	return 0;
}
