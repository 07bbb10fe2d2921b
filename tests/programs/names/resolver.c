// The resolver under each of its names: messages in memory, and questions that fail before one is sent.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "show.h"

typedef const unsigned char *bytes;
typedef unsigned char *out;
#define OLD(type, own, name, ...) extern type own(__VA_ARGS__); VERSION(own, name, GLIBC_2.2.5)

OLD(int, old_comp, __dn_comp, const char *, out, int, out *, out *);
OLD(int, old_expand, __dn_expand, bytes, bytes, bytes, char *, int);
OLD(int, old_skipname, __dn_skipname, bytes, bytes);
OLD(int, old_hnok, __res_hnok, const char *);
OLD(int, old_dnok, __res_dnok, const char *);
OLD(int, old_mailok, __res_mailok, const char *);
OLD(int, old_ownok, __res_ownok, const char *);
OLD(int, old_mkquery, __res_mkquery, int, const char *, int, int, bytes, int, bytes, out, int);
OLD(int, old_nmkquery, __res_nmkquery, res_state, int, const char *, int, int, bytes, int, bytes, out, int);
OLD(int, old_query, __res_query, const char *, int, int, out, int);
OLD(int, old_nquery, __res_nquery, res_state, const char *, int, int, out, int);
OLD(int, old_search, __res_search, const char *, int, int, out, int);
OLD(int, old_nsearch, __res_nsearch, res_state, const char *, int, int, out, int);
OLD(int, old_querydomain, __res_querydomain, const char *, const char *, int, int, out, int);
OLD(int, old_nquerydomain, __res_nquerydomain, res_state, const char *, const char *, int, int, out, int);
OLD(int, old_send, __res_send, bytes, int, out, int);
OLD(int, old_nsend, __res_nsend, res_state, bytes, int, out, int);
extern int plain_init(void) NAMED(__res_init), plain_ninit(res_state) NAMED(__res_ninit);
extern void plain_nclose(res_state) NAMED(__res_nclose), plain_close(void) NAMED(__res_close);
extern int new_query(const char *, int, int, out, int) NAMED(res_query), new_search(const char *, int, int, out, int) NAMED(res_search);
extern int new_querydomain(const char *, const char *, int, int, out, int) NAMED(res_querydomain), new_send(bytes, int, out, int) NAMED(res_send);
extern int new_nquery(res_state, const char *, int, int, out, int) NAMED(res_nquery), new_nsearch(res_state, const char *, int, int, out, int) NAMED(res_nsearch);
extern int new_nquerydomain(res_state, const char *, const char *, int, int, out, int) NAMED(res_nquerydomain), new_nsend(res_state, bytes, int, out, int) NAMED(res_nsend);
extern int new_nmkquery(res_state, int, const char *, int, int, bytes, int, bytes, out, int) NAMED(res_nmkquery);

static struct __res_state state;
static unsigned char question[512], answer[512];

static void dump(const unsigned char *p, int n)
{
	for (int i = 2; i < n; i++) // not the number of the message
		printf("%02x", p[i]);
	printf("\n");
}

static void domains(void)
{
	static const unsigned char m[] = "\3www\7example\3com\0\3ftp\xc0\4";
	char name[256];

	E(old_comp("www.example.org", question, 100, NULL, NULL)), dump(question, 17);
	E(old_comp("a..b", question, 100, NULL, NULL)), E(old_comp("www.example.org", question, 5, NULL, NULL));
	E(old_expand(m, m + sizeof(m) - 1, m + 17, name, 256)), T(name), E(old_expand(m, m + sizeof(m) - 1, m, name, 4));
	E(old_skipname(m + 17, m + sizeof(m) - 1)), E(old_skipname(m, m + 3));
	E(old_hnok("a-b.c")), E(old_hnok("a_b")), E(old_hnok("-a")), E(old_hnok("a..b")), E(old_hnok("")), E(old_hnok(".")), E(old_hnok("a.")), E(old_hnok("a.-b")), E(old_hnok("a\\.b"));
	E(old_dnok("a_b")), E(old_dnok("a b")), E(old_dnok("a..b")), E(old_dnok("")), E(old_dnok("\x80"));
	E(old_mailok("a\\.b.c")), E(old_mailok("x")), E(old_mailok("")), E(old_mailok(".")), E(old_mailok("a b.c")), E(old_mailok("a@b.c"));
	E(old_ownok("*.a")), E(old_ownok("a*")), E(old_ownok("*")), E(old_ownok("*a"));
}

#define LABEL "a234567890123456789012345678901234567890123456789012345678901234"
#define M(call) (memset(question, 0, sizeof(question)), E(call), dump(question, 34))

static void queries(void)
{
	M(old_mkquery(QUERY, "www.example.com", C_IN, T_A, NULL, 0, NULL, question, 512));
	M(old_nmkquery(&state, QUERY, "www.example.com.", C_CHAOS, T_MX, NULL, 0, NULL, question, 512));
	M(new_nmkquery(&state, QUERY, "", C_IN, T_NS, NULL, 0, NULL, question, 512));
	E(new_nmkquery(&state, QUERY, LABEL, C_IN, T_A, NULL, 0, NULL, question, 512)), E(old_mkquery(QUERY, "a..b", C_IN, T_A, NULL, 0, NULL, question, 512));
	E(old_nmkquery(&state, QUERY, "a", C_IN, T_A, NULL, 0, NULL, question, 12)), E(old_mkquery(7, "a", C_IN, T_A, NULL, 0, NULL, question, 512));
}

#define H(call) (h_errno = 9, E(call), E(h_errno))

// What cannot be asked: a label of 64 bytes.
static void refused(void)
{
	H(old_query(LABEL, C_IN, T_A, answer, 512)), H(old_nquery(&state, LABEL, C_IN, T_A, answer, 512)), H(new_query(LABEL, C_IN, T_A, answer, 512)), H(new_nquery(&state, LABEL, C_IN, T_A, answer, 512));
	H(old_querydomain("x", LABEL, C_IN, T_A, answer, 512)), H(old_nquerydomain(&state, "x", LABEL, C_IN, T_A, answer, 512)), H(new_querydomain("x", LABEL, C_IN, T_A, answer, 512)), H(new_nquerydomain(&state, "x", LABEL, C_IN, T_A, answer, 512));
	H(old_search(LABEL ".", C_IN, T_A, answer, 512)), H(old_nsearch(&state, LABEL ".", C_IN, T_A, answer, 512)), H(new_search(LABEL ".", C_IN, T_A, answer, 512)), H(new_nsearch(&state, LABEL ".", C_IN, T_A, answer, 512));
	E(old_send(question, 20, answer, 11)), E(old_nsend(&state, question, 20, answer, 11)), E(new_send(question, 20, answer, 11)), E(new_nsend(&state, question, 20, answer, 11));
}

static void hosts(void)
{
	struct in_addr a = { htonl(0x7f000001) };
	struct hostent h, *result;
	char b[1000];
	int err = 0;

	H(gethostbyaddr(&a, 3, AF_INET) != NULL), H(gethostbyaddr(&a, 4, 99) != NULL), H(gethostbyaddr(&a, 4, AF_INET6) != NULL);
	E(gethostbyaddr_r(&a, 3, AF_INET, &h, b, sizeof(b), &result, &err)), E(err), E(result != NULL);
	E(gethostbyaddr_r(&a, 4, AF_INET, &h, b, 1, &result, &err)), E(err), E(result != NULL);
}

static void protocols(void)
{
	struct protoent p, *result;
	char b[1000];

	setprotoent(1);
	E(getprotoent_r(&p, b, sizeof(b), &result)), T(p.p_name), E(p.p_proto), E(result == &p);
	E(getprotoent_r(&p, b, 3, &result)), E(result != NULL);
	endprotoent();
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	E(plain_init()), E(plain_ninit(&state)), E(state.retry), E(!!(state.options & RES_INIT));
	domains(), queries(), refused(), hosts(), protocols();
	plain_nclose(&state), plain_close();
	return 0;
}
