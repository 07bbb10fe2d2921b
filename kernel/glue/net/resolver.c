/*
 * The resolver's state: options, the search list and the number of dots are the state's. Which servers are asked,
 * and how often, musl's part reads from /etc/resolv.conf at each question.
 */
#include <arpa/nameser.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include "resolver.h"
#include "../network/lookup.h"
#include "../glue.h"

int __musl_res_send(const unsigned char *q, int qlen, unsigned char *out, int n);

/* Splits the list, which is in the state, at its spaces. */
static void search_list(res_state s)
{
	char *p = s->defdname;
	int n = 0;

	while (n < MAXDNSRCH && *(p += strspn(p, " \t"))) {
		s->dnsrch[n++] = p;
		p += strcspn(p, " \t");
		if (*p)
			*p++ = 0;
	}
}

int __res_ninit(res_state s)
{
	struct resolvconf conf;

	memset(s, 0, sizeof *s);
	s->options = RES_INIT | RES_RECURSE | RES_DEFNAMES | RES_DNSRCH;
	__get_resolv_conf(&conf, s->defdname, sizeof s->defdname);
	s->retrans = conf.timeout;
	s->retry = conf.attempts;
	s->ndots = conf.ndots;
	s->nscount = conf.nns;
	for (unsigned i = 0; i < conf.nns; i++)
		if (conf.ns[i].family == AF_INET) {
			s->nsaddr_list[i] = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(53) };
			memcpy(&s->nsaddr_list[i].sin_addr, conf.ns[i].addr, 4);
		}
	search_list(s);
	return 0;
}

res_state uk_res_state(void)
{
	res_state s = __res_state();

	if (!(s->options & RES_INIT))
		__res_ninit(s);
	return s;
}

int res_init(void) { return __res_ninit(__res_state()); }
void __res_nclose(res_state s) {}
void __res_iclose(res_state s, int addresses) {}
void __res_close(void) {}

int __res_nsend(res_state s, const unsigned char *q, int qlen, unsigned char *out, int n)
{
	int r;

	if (n < HFIXEDSZ) {
		errno = EINVAL;
		return -1;
	}
	errno = 0;
	r = __musl_res_send(q, qlen, out, n);
	if (r < 0 && !errno)
		errno = ETIMEDOUT;
	return r;
}
weak_alias(__res_nsend, res_nsend);

int res_send(const unsigned char *q, int qlen, unsigned char *out, int n) { return __res_nsend(uk_res_state(), q, qlen, out, n); }
