/* resolver IP: asks a name server, which echoes, in the ways that C libraries do. */
#include "show.h"

int main(int argc, char **argv)
{
	int s = socket(AF_INET, SOCK_DGRAM, 0);
	union any a;
	socklen_t len = address(&a, argv[1], 53);
	char b[16] = "";

	say("sendto", sendto(s, "one", 3, 0, &a.sa, len));
	say("recvfrom", recvfrom(s, b, sizeof(b), 0, &a.sa, &len));
	printf("%s, from it %d\n", b, a.in.sin_addr.s_addr == inet_addr(argv[1]) && ntohs(a.in.sin_port) == 53);
	say("connect", connect_to(s, argv[1], 53));
	say("send", send(s, "two", 3, 0));
	say("recv", recv(s, b, sizeof(b), 0));
	printf("%s\n", b);
	s = socket(AF_INET, SOCK_STREAM, 0);
	say("connect", connect_to(s, argv[1], 53));
	say("send", send(s, "three", 5, 0));
	say("recv", recv(s, b, 5, MSG_WAITALL));
	printf("%.5s\n", b);
	return 0;
}
