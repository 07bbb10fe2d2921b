/* res_mkquery(): a question, or a notice with the name of a record that changed (RFC 1996). */
#include <arpa/nameser.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include "resolver.h"
#include "../glue.h"

/* The record with the completion domain DATA behind the question; the new length, or -1. */
static int add_domain(const char *data, unsigned char *msg, int used, int n)
{
	unsigned char *known[] = { msg, msg + HFIXEDSZ, 0 };
	int name = dn_comp(data, msg + used, n - used - RRFIXEDSZ, known, known + 3);

	if (name < 0)
		return -1;
	used += name;
	memset(msg + used, 0, RRFIXEDSZ);
	msg[used + 1] = T_NULL;
	msg[used + 3] = C_IN;
	msg[11] = 1;
	return used + RRFIXEDSZ;
}

int __res_nmkquery(res_state s, int op, const char *name, int class, int type, const unsigned char *data, int datalen,
	const unsigned char *newrr, unsigned char *out, int n)
{
	unsigned char wire[WIRE_NAME];
	int len, used;

	if ((unsigned)class > 65535 || (unsigned)type > 65535 || !out || n < HFIXEDSZ || op != QUERY && op != NS_NOTIFY_OP)
		return -1;
	if (n < HFIXEDSZ + QFIXEDSZ)
		return -1;
	len = uk_dns_wire(name, wire);
	if (len < 0 || len > n - HFIXEDSZ - QFIXEDSZ) {
		errno = EMSGSIZE;
		return -1;
	}
	memset(out, 0, HFIXEDSZ);
	getrandom(out, 2, GRND_NONBLOCK);
	out[2] = op << 3 | !!(s->options & RES_RECURSE);
	out[5] = 1;
	memcpy(out + HFIXEDSZ, wire, len);
	used = HFIXEDSZ + len;
	ns_put16(type, out + used);
	ns_put16(class, out + used + 2);
	used += QFIXEDSZ;
	return op == NS_NOTIFY_OP && data ? add_domain((const char *)data, out, used, n) : used;
}
weak_alias(__res_nmkquery, res_nmkquery);

int res_mkquery(int op, const char *name, int class, int type, const unsigned char *data, int datalen,
	const unsigned char *newrr, unsigned char *out, int n)
{
	return __res_nmkquery(uk_res_state(), op, name, class, type, data, datalen, newrr, out, n);
}
