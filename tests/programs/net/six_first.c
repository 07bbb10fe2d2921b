/* six_first ADDRESS: the first thing that a program does is to reach somebody by IPv6: whether an echo comes back. */
#include "show.h"

int main(int argc, char **argv)
{
	union any a, own;
	socklen_t n = address(&a, argv[1], 0), len;
	unsigned char b[64] = { 128, [7] = 1 };
	int s;

	for (;; usleep(100000), close(s)) {	/* a busy host's router may be late */
		s = socket(AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6);
		len = sizeof(own);
		if (!connect(s, &a.sa, n) && !getsockname(s, &own.sa, &len) && own.in6.sin6_addr.s6_addr[0] != 0xfe)
			break;
	}
	printf("connected\n");
	say("send", send(s, b, sizeof(b), 0));
	say("receive", recv(s, b, sizeof(b), 0));
	printf("type %d\n", b[0]);
	return 0;
}
