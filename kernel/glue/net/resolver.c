/*
 * The resolver with state in the caller's struct (res_ninit() and on). musl's
 * has no state but /etc/resolv.conf, so the struct is not read; what is in
 * __res_state() is what res_init() leaves.
 */
#include <arpa/nameser.h>
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <resolv.h>
#include <string.h>
#include "../glue.h"

int __res_ninit(res_state s)
{
	memset(s, 0, sizeof *s);
	s->retrans = 5;
	s->retry = 2;
	s->options = RES_INIT | RES_RECURSE | RES_DEFNAMES | RES_DNSRCH;
	return res_init();
}
void __res_nclose(res_state s) {}
void __res_iclose(res_state s, int addresses) {}
int __res_nquery(res_state s, const char *name, int class, int type, unsigned char *out, int n) { return res_query(name, class, type, out, n); }
int __res_nsearch(res_state s, const char *name, int class, int type, unsigned char *out, int n) { return res_search(name, class, type, out, n); }
int __res_nquerydomain(res_state s, const char *name, const char *domain, int class, int type, unsigned char *out, int n)
{
	return res_querydomain(name, domain, class, type, out, n);
}
int __res_nmkquery(res_state s, int op, const char *name, int class, int type, const unsigned char *data, int datalen,
	const unsigned char *newrr, unsigned char *out, int n)
{
	return res_mkquery(op, name, class, type, data, datalen, newrr, out, n);
}
int __res_nsend(res_state s, const unsigned char *q, int qlen, unsigned char *out, int n) { return res_send(q, qlen, out, n); }
void __res_close(void) {}

weak_alias(__res_nquery, res_nquery);
weak_alias(__res_nsearch, res_nsearch);
weak_alias(__res_nquerydomain, res_nquerydomain);
weak_alias(__res_nmkquery, res_nmkquery);
weak_alias(__res_nsend, res_nsend);

/* Names that may be a host's, a mailbox's, a domain's. */
int __res_hnok(const char *s)
{
	if (*s == '-' || *s == '.' && s[1])
		return 0;
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && *s != '-' && *s != '_' && *s != '.')
			return 0;
	return 1;
}
int __res_dnok(const char *s)
{
	for (; *s; s++)
		if (*s <= 0x20 || *s == 0x7f)
			return 0;
	return 1;
}
int __res_ownok(const char *s) { return s[0] == '*' && (!s[1] || s[1] == '.' && __res_hnok(s + 2)) || __res_hnok(s); }
int __res_mailok(const char *s)
{
	if (!*s)
		return 1;
	while (*s && *s != '.') {
		if (*s == '\\' && s[1])
			s++;
		else if (*s <= 0x20 || *s == 0x7f)
			return 0;
		s++;
	}
	return *s && __res_hnok(s + 1);
}
weak_alias(__res_hnok, res_hnok);
weak_alias(__res_dnok, res_dnok);
weak_alias(__res_ownok, res_ownok);
weak_alias(__res_mailok, res_mailok);
