/* Services, protocols and the like, as the host's tables have them. */
#include <netdb.h>
#include <stdio.h>
#include <arpa/inet.h>
int main(void)
{
	const char *const names[] = { "http", "https", "ssh", "domain", "nothing" };
	for (unsigned i = 0; i < 5; i++) {
		struct servent *s = getservbyname(names[i], "tcp");
		printf("%s %d %s", names[i], s ? ntohs(s->s_port) : -1, s ? s->s_proto : "");
		for (char **a = s ? s->s_aliases : NULL; a && *a; a++) printf(" %s", *a);
		printf("\n");
	}
	struct servent *s = getservbyport(htons(53), "udp");
	printf("53 %s\n", s ? s->s_name : "?");
	struct protoent *p = getprotobyname("tcp");
	printf("tcp %d\n", p ? p->p_proto : -1);
	p = getprotobyname("UDP-Lite"); printf("udplite %d\n", p ? p->p_proto : -1);
	p = getprotobynumber(58);
	printf("58 %s", p ? p->p_name : "?");
	for (char **a = p ? p->p_aliases : NULL; a && *a; a++) printf(" %s", *a);
	printf("\n");
	setservent(0); int n=0; while (getservent()) n++; printf("some services %d\n", n > 100); endservent();
	setprotoent(0); n=0; while (getprotoent()) n++; printf("some protocols %d\n", n > 20); endprotoent();
	return 0;
}
