/* res_query(), res_querydomain(), res_search(): one question, for a name as it is or with domains behind it. */
#include <arpa/nameser.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include "resolver.h"
#include "../glue.h"

/* Ends a question: why there is no answer. */
static int no_answer(res_state s, int why)
{
	s->res_h_errno = h_errno = why;
	return -1;
}

/* What an answer without records means. */
static int meaning(const unsigned char *answer)
{
	switch (answer[3] & 15) {
	case NOERROR:
		return NO_DATA;
	case NXDOMAIN:
		return HOST_NOT_FOUND;
	case SERVFAIL:
		return TRY_AGAIN;
	default:
		return NO_RECOVERY;
	}
}

int __res_nquery(res_state s, const char *name, int class, int type, unsigned char *out, int n)
{
	unsigned char q[HFIXEDSZ + QFIXEDSZ + WIRE_NAME];
	int len = __res_nmkquery(s, QUERY, name, class, type, 0, 0, 0, q, sizeof q);

	if (len <= 0)
		return no_answer(s, NO_RECOVERY);
	len = __res_nsend(s, q, len, out, n);
	if (len < HFIXEDSZ)
		return no_answer(s, TRY_AGAIN);
	if ((out[3] & 15) != NOERROR || !ns_get16(out + 6))
		return no_answer(s, meaning(out));
	return len;
}
weak_alias(__res_nquery, res_nquery);

int __res_nquerydomain(res_state s, const char *name, const char *domain, int class, int type, unsigned char *out, int n)
{
	char full[MAXDNAME];
	size_t len = strlen(name);

	if (!domain && len && name[len - 1] == '.')
		len--;
	if (snprintf(full, sizeof full, "%.*s%s%s", (int)len, name, domain ? "." : "", domain ? domain : "") >= sizeof full)
		return no_answer(s, NO_RECOVERY);
	return __res_nquery(s, full, class, type, out, n);
}
weak_alias(__res_nquerydomain, res_nquerydomain);

/* With each domain of the state behind the name, until one has an answer or that makes no sense. */
static int with_domains(res_state s, const char *name, int class, int type, unsigned char *out, int n, int *why)
{
	for (char **domain = s->dnsrch; *domain; domain++) {
		int r = __res_nquerydomain(s, name, *domain, class, type, out, n);

		if (r > 0)
			return r;
		if (errno == ECONNREFUSED) {
			*why = TRY_AGAIN;
			return -1;
		}
		if (h_errno == NO_DATA || h_errno == TRY_AGAIN && *why != NO_DATA)
			*why = h_errno;
		if (h_errno == NO_RECOVERY || !(s->options & RES_DNSRCH))
			break;
	}
	return 0;
}

int __res_nsearch(res_state s, const char *name, int class, int type, unsigned char *out, int n)
{
	size_t len = strlen(name), dots = 0;
	int ends = len && name[len - 1] == '.', tried = 0, why = HOST_NOT_FOUND, r;

	for (size_t i = 0; i < len; i++)
		dots += name[i] == '.';
	errno = 0;
	if (dots >= s->ndots || ends) {
		r = __res_nquerydomain(s, name, 0, class, type, out, n);
		if (r > 0 || ends)
			return r;
		tried = h_errno;
	}
	if (dots ? s->options & RES_DNSRCH : s->options & RES_DEFNAMES) {
		r = with_domains(s, name, class, type, out, n, &why);
		if (r)
			return r > 0 ? r : no_answer(s, why);
	}
	if (!tried && (r = __res_nquerydomain(s, name, 0, class, type, out, n)) > 0)
		return r;
	return no_answer(s, tried ? tried : why == HOST_NOT_FOUND ? h_errno : why);
}
weak_alias(__res_nsearch, res_nsearch);

int res_query(const char *name, int class, int type, unsigned char *out, int n)
{
	return __res_nquery(uk_res_state(), name, class, type, out, n);
}

int res_querydomain(const char *name, const char *domain, int class, int type, unsigned char *out, int n)
{
	return __res_nquerydomain(uk_res_state(), name, domain, class, type, out, n);
}

int res_search(const char *name, int class, int type, unsigned char *out, int n)
{
	return __res_nsearch(uk_res_state(), name, class, type, out, n);
}
