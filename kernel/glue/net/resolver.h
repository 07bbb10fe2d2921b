/* What the resolver's files share. */
#ifndef GLUE_RESOLVER_H
#define GLUE_RESOLVER_H

#include <resolv.h>
#include <features.h>

enum { WIRE_NAME = 256 };	/* room for a name in a message */

/* wire.c: a name's text as labels, \. and \ddd understood. Its length with the root's byte, or -1. */
hidden int uk_dns_wire(const char *text, unsigned char out[WIRE_NAME]);
/* resolver.c: the calling program's state, initialized. */
hidden res_state uk_res_state(void);

int __res_ninit(res_state s);
int __res_nsend(res_state s, const unsigned char *q, int qlen, unsigned char *out, int n);
int __res_nmkquery(res_state s, int op, const char *name, int class, int type, const unsigned char *data, int datalen,
	const unsigned char *newrr, unsigned char *out, int n);
int __res_nquery(res_state s, const char *name, int class, int type, unsigned char *out, int n);
int __res_nsearch(res_state s, const char *name, int class, int type, unsigned char *out, int n);
int __res_nquerydomain(res_state s, const char *name, const char *domain, int class, int type, unsigned char *out, int n);

#endif
